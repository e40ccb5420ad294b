import { describe, expect, it } from 'vitest';
import {
  approval,
  agent,
  creation,
  decided,
  decidedOn,
  frank,
  from,
  grace,
  message,
  number,
  reasonOf,
  ticket,
} from '../builders.ts';

const nagios = 'nagios@monitoring.test';

describe('unknown sender (spec §7)', () => {
  const unknown = { message: from('new@aef.com', 'Nina New'), facts: { sender: null } };

  it.each([
    { create: true, redirect: null, ends: 'created' },
    { create: true, redirect: 'desk@aef.com', ends: 'created' },
    { create: false, redirect: 'desk@aef.com', ends: 'redirected' },
    { create: false, redirect: null, ends: 'unknown_sender' },
  ])('with Create Unknown Requestors $create and redirect to $redirect is $ends', ({ create, redirect, ends }) => {
    const policy = { createUnknownRequestors: create, redirectUnknownEmailsTo: redirect };
    expect(reasonOf(decided({ ...unknown, policy }))).toBe(ends);
  });

  it('S-17: is made or redirected so many times an hour, and quarantined above', () => {
    const create = { createUnknownRequestors: true };
    const redirect = { redirectUnknownEmailsTo: 'desk@aef.com' };
    const named = {
      message: from(nagios),
      instruction: { requestor: 'new@aef.com' },
      facts: { sender: null },
      policy: { trustedSenders: [nagios], createUnknownRequestors: true },
    };
    for (const given of [{ ...unknown, policy: create }, { ...unknown, policy: redirect }, named]) {
      const after = (strangersThisHour: number, strangersPerHour = 30) =>
        reasonOf(
          decided({
            ...given,
            facts: { sender: null, strangersThisHour },
            policy: { ...given.policy, strangersPerHour },
          }),
        );
      expect(after(29)).not.toBe('too_many_strangers');
      expect(after(30)).toBe('too_many_strangers');
      expect(after(1000, 0)).not.toBe('too_many_strangers');
    }
    expect(reasonOf(decided({ facts: { strangersThisHour: 1000 } }))).toBe('created');
  });

  it('is created with address and display name', () => {
    const plan = decided({ ...unknown, policy: { createUnknownRequestors: true } });
    expect(creation(plan).requestor).toEqual({ address: 'new@aef.com', name: 'Nina New' });
  });

  it('without a display name is called by the address', () => {
    const plan = decided({
      message: from('new@aef.com', '\u200b '),
      facts: { sender: null },
      policy: { createUnknownRequestors: true },
    });
    expect(creation(plan).requestor).toEqual({ address: 'new@aef.com', name: 'new@aef.com' });
  });

  it('is redirected to the address of the mailbox form', () => {
    expect(decided({ ...unknown, policy: { redirectUnknownEmailsTo: 'desk@aef.com' } })).toMatchObject({
      kind: 'redirect',
      to: 'desk@aef.com',
    });
  });

  it('may not act on a ticket, even where it would be created', () => {
    expect(
      reasonOf(
        decidedOn(
          {},
          { message: from('new@aef.com'), facts: { sender: null }, policy: { createUnknownRequestors: true } },
        ),
      ),
    ).toBe('not_authorised');
  });
});

describe('requestor or recipient named and different from the sender (spec §7)', () => {
  it.each([
    { names: { requestor: 'fleblanc@aef.com' }, ends: 'created' },
    { names: { requestor: 'frank@aef.com' }, ends: 'created', why: 'an alias' },
    { names: { recipient: 'frank@aef.com' }, ends: 'created', why: 'an alias' },
    { names: { requestor: 'gsmith@aef.com' }, ends: 'sender_mismatch' },
    { names: { recipient: 'gsmith@aef.com' }, ends: 'sender_mismatch' },
    { names: { requestor: 'frank@aef.com', recipient: 'gsmith@aef.com' }, ends: 'sender_mismatch' },
  ])('$names from fleblanc@aef.com is $ends', ({ names, ends }) => {
    expect(reasonOf(decided({ instruction: names, facts: { requestor: grace, recipient: grace } }))).toBe(ends);
  });

  it('compares without case', () => {
    const plan = decided({ message: from('FLeblanc@AEF.com'), instruction: { requestor: 'fleblanc@aef.com' } });
    expect(creation(plan).requestor).toEqual({ id: frank.id });
  });

  it('holds for a sender who is to be created, too', () => {
    const facts = { sender: null };
    const policy = { createUnknownRequestors: true };
    const mail = { message: from('new@aef.com'), facts, policy };
    expect(reasonOf(decided({ ...mail, instruction: { requestor: 'new@aef.com' } }))).toBe('created');
    expect(reasonOf(decided({ ...mail, instruction: { requestor: 'fleblanc@aef.com' } }))).toBe('sender_mismatch');
  });

  it('holds on an existing ticket', () => {
    expect(reasonOf(decidedOn({}, { instruction: { recipient: 'gsmith@aef.com' } }))).toBe('sender_mismatch');
  });
});

describe('Trusted Senders (spec §7)', () => {
  const monitoring = { message: from(nagios), facts: { sender: null } };

  it.each([
    { trusted: [nagios], ends: 'created' },
    { trusted: ['monitoring.test'], ends: 'created' },
    { trusted: ['test'], ends: 'unknown_sender', why: 'a subdomain is not the domain' },
    { trusted: ['other@monitoring.test'], ends: 'unknown_sender' },
    { trusted: [], ends: 'unknown_sender' },
  ])('$trusted: a mail for another requestor is $ends', ({ trusted, ends }) => {
    const plan = decided({
      message: from(nagios),
      instruction: { requestor: 'fleblanc@aef.com' },
      facts: { sender: null, requestor: frank },
      policy: { trustedSenders: trusted },
    });
    expect(reasonOf(plan)).toBe(ends);
    if (plan.kind === 'create') expect(plan.requestor).toEqual({ id: frank.id });
  });

  it.each([
    { create: true, ends: 'created' },
    { create: false, ends: 'unknown_sender' },
  ])('who names an unknown requestor: with Create Unknown Requestors $create it is $ends', ({ create, ends }) => {
    const plan = decided({
      ...monitoring,
      instruction: { requestor: 'new@aef.com' },
      policy: { trustedSenders: [nagios], createUnknownRequestors: create, redirectUnknownEmailsTo: 'desk@aef.com' },
    });
    expect(reasonOf(plan)).toBe(ends);
    if (plan.kind === 'create') expect(plan.requestor).toEqual({ address: 'new@aef.com', name: 'new@aef.com' });
  });

  it('who is no employee asks for the recipient that it names', () => {
    const plan = decided({
      message: from(nagios),
      instruction: { recipient: 'fleblanc@aef.com' },
      facts: { sender: null, recipient: frank, requestor: null },
      policy: { trustedSenders: [nagios] },
    });
    expect(creation(plan)).toMatchObject({ recipient: { id: frank.id }, requestor: { id: frank.id } });
  });

  it('F6: who names nobody and is no employee asks for itself, however many strangers came', () => {
    const plan = decided({
      message: from(nagios, 'Nagios'),
      facts: { sender: null, strangersThisHour: 1000 },
      policy: { trustedSenders: [nagios], redirectUnknownEmailsTo: 'desk@aef.com' },
    });
    expect(creation(plan).requestor).toEqual({ address: nagios, name: 'Nagios' });
  });

  it.each([
    ['pass', 'created'],
    ['off', 'created'],
    ['none', 'sender_unproven'],
    ['fail', 'sender_not_authentic'],
  ] as const)('F6: who is no employee, by what the authentication came to: %s', (senderAuthentication, ends) => {
    const facts = { sender: null, senderAuthentication };
    expect(reasonOf(decided({ message: from(nagios), facts, policy: { trustedSenders: [nagios] } }))).toBe(ends);
  });
});

describe('who may act on an existing ticket (spec §7)', () => {
  it.each([
    { who: 'its requestor', sender: frank, of: {}, may: true },
    { who: 'its recipient', sender: grace, of: { recipientId: grace.id }, may: true },
    { who: 'a member of its support group', sender: agent, of: {}, may: true },
    { who: 'a member of another support group', sender: agent, of: { supportGroup: 'Back Office' }, may: false },
    { who: 'a member of some group, where the ticket has none', sender: agent, of: { supportGroup: null }, may: false },
    { who: 'the approver of the waiting action', sender: grace, of: { approval: approval([grace]) }, may: true },
    {
      who: 'the approver of an action that is decided',
      sender: grace,
      of: { approval: approval([grace], { state: 'accepted' }) },
      may: false,
    },
    { who: 'anybody else', sender: grace, of: {}, may: false },
  ])('$who: $may', ({ sender, of, may }) => {
    const plan = decidedOn(of, {
      message: from(sender.addresses[0]),
      facts: { sender },
    });
    expect(reasonOf(plan)).toBe(may ? 'filed' : 'not_authorised');
  });

  it('a trusted sender may, known or not', () => {
    const policy = { trustedSenders: [nagios] };
    expect(reasonOf(decidedOn({}, { message: from(nagios), facts: { sender: null }, policy }))).toBe('filed');
  });
});

describe('a ticket found only by its number in the subject (spec §7)', () => {
  const mail = message({ subject: `RE: [${number}] Screen is dark`, from: [{ name: '', address: 'gsmith@aef.com' }] });
  const found = { sender: grace, ticket: { ...ticket(), by: 'subject' as const } };

  it('takes the reply of who may act on it', () => {
    const plan = decided({ message: message({ subject: `[${number}]` }), facts: { ...found, sender: frank } });
    expect(plan).toMatchObject({ disposition: 'filed', number });
  });

  it('becomes a new ticket that names it, from anybody else', () => {
    expect(creation(decided({ message: mail, facts: found })).relatedTo).toBe(number);
    expect(creation(decided({ message: mail, facts: found, instruction: { urgency: 1 } })).relatedTo).toBe(number);
  });

  it('becomes no new ticket when the mail orders an operation', () => {
    for (const operation of ['UPDATE', 'STOP', 'RESTART', 'SOLVE'] as const)
      expect(reasonOf(decided({ message: mail, facts: found, instruction: { operation } }))).toBe('not_authorised');
    expect(reasonOf(decided({ message: mail, facts: found, instruction: { choice: '1' } }))).toBe('not_authorised');
  });

  it('gives way to CREATE', () => {
    const plan = decided({ message: mail, facts: { ...found, sender: frank }, instruction: { operation: 'CREATE' } });
    expect(creation(plan).relatedTo).toBe(number);
  });

  it('that does not exist leaves the mail a new ticket', () => {
    expect(creation(decided({ message: mail, facts: { sender: grace } })).relatedTo).toBeNull();
  });
});
