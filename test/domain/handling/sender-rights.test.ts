import { describe, expect, it } from 'vitest';
import { senderAuthentications } from '../../../src/domain/mailboxes/sender-authentication.ts';
import type { HeaderField, Message } from '../../../src/domain/messages/message.ts';
import {
  requests,
  rightOf,
  senderRights,
  standings,
  type Request,
  type Right,
  type Standing,
} from '../../../src/domain/handling/sender-rights.ts';
import type { TicketFacts } from '../../../src/domain/handling/facts.ts';
import type { Plan } from '../../../src/domain/handling/plan.ts';
import {
  agent,
  approval,
  decided,
  decidedOn,
  errorAt,
  frank,
  from,
  frontOffice,
  grace,
  message,
  number,
  reasonOf,
  smartphone,
  ticket,
  type Given,
} from '../builders.ts';

const generated: readonly HeaderField[] = [['auto-submitted', 'auto-generated']];
const mailOf: Readonly<Record<Standing, Message>> = {
  person: from('fleblanc@aef.com'),
  trusted: from('gsmith@aef.com'),
  program: { ...from('fleblanc@aef.com'), headers: generated },
  trusted_program: { ...from('gsmith@aef.com'), headers: generated },
};
/** Frank has to do with the ticket; Grace has not, and is a Trusted Sender. */
const byStanding = (standing: Standing): Given => ({
  message: mailOf[standing],
  facts: { sender: standing.startsWith('trusted') ? grace : frank },
  policy: { trustedSenders: ['gsmith@aef.com'] },
});
const event = ticket({ number: 'E261101_000007', supportGroup: null });

const asked: Readonly<Record<Request, { readonly of?: Partial<TicketFacts> | null; readonly given: Given }>> = {
  create: { of: null, given: { instruction: { requestor: null } } },
  file: { given: {} },
  update: { given: { instruction: { urgency: 1 } } },
  category: { given: { instruction: { category: 'SMART' }, facts: { category: smartphone } } },
  stop: { given: { instruction: { operation: 'STOP' } } },
  restart: { of: { state: 'solved' }, given: { instruction: { operation: 'RESTART' } } },
  solve: { given: { instruction: { operation: 'SOLVE' } } },
  occurrence: {
    of: null,
    given: { facts: { openEvent: event, defaultCategory: { ...frontOffice, ticketType: 'E' } } },
  },
  recovery: { of: null, given: { instruction: { operation: 'SOLVE' }, facts: { openEvent: event } } },
  choice: {
    of: { requestorId: 1000, approval: approval([frank]) },
    given: { instruction: { operation: 'SOLVE', choice: '1' } },
  },
  choice_with_token: {
    of: { requestorId: 1000, approval: approval([frank]) },
    given: {
      instruction: { operation: 'SOLVE', choice: '1', token: 'secret' },
      facts: { token: { actionId: 5, requestId: 1, used: false } },
    },
  },
};

const merged = (one: Given, other: Given): Given => ({
  ...one,
  ...other,
  instruction: { ...one.instruction, ...other.instruction },
  facts: { ...one.facts, ...other.facts },
  policy: { ...one.policy, ...other.policy },
});
const plan = (standing: Standing, request: Request, over: Given): Plan => {
  const { of = {}, given } = asked[request];
  const others =
    request === 'create' && standing.startsWith('trusted')
      ? { instruction: { requestor: 'fleblanc@aef.com' }, facts: { requestor: frank } }
      : {};
  const whole = merged(merged(merged(byStanding(standing), given), others), over);
  return of === null ? decided(whole) : decidedOn(of, whole);
};
const rightIn = (made: Plan): Right => {
  if (made.kind === 'choice') return made.effect === 'unconfirmed' ? 'to_confirm' : 'allowed';
  if (made.kind === 'refuse') return made.reason === 'sender_unproven' ? 'to_confirm' : 'rejected';
  return 'allowed';
};

const cells = standings.flatMap((standing) =>
  requests.flatMap((request) =>
    senderAuthentications.map((authentication) => ({
      standing,
      request,
      authentication,
      right: senderRights[standing][request][authentication],
    })),
  ),
);

describe('S-02: who may do what', () => {
  it.each(cells)('$standing, $request, $authentication: $right', ({ standing, request, authentication, right }) => {
    const made = plan(standing, request, { facts: { senderAuthentication: authentication } });
    const filesOnly = made.disposition === 'filed' && request !== 'file';
    expect(filesOnly || (right === 'filed' && request === 'file') ? 'filed' : rightIn(made)).toBe(right);
    if (authentication === 'fail' && made.kind !== 'choice')
      expect(reasonOf(made)).toMatch(/^(?:sender_not_authentic|not_authorised)$/u);
  });

  it.each(cells.filter(({ right, request }) => right === 'to_confirm' && !request.startsWith('choice')))(
    '$standing, $request, $authentication: is done where a setting accepts it, or somebody vouches for it',
    ({ standing, request, authentication }) => {
      const facts = { senderAuthentication: authentication };
      expect(rightIn(plan(standing, request, { facts, policy: { unprovenOperation: 'accept' } }))).toBe('allowed');
      expect(rightIn(plan(standing, request, { facts: { ...facts, vouched: true } }))).toBe('allowed');
    },
  );

  it('lets nothing that failed do anything, whatever a setting says', () => {
    for (const standing of standings)
      for (const request of requests) {
        const facts = { senderAuthentication: 'fail' as const, vouched: true };
        const policy = { unprovenOperation: 'accept' as const, approvalWithoutToken: 'accept' as const };
        expect(rightIn(plan(standing, request, { facts, policy }))).not.toBe('allowed');
      }
  });

  it('tells a forged From before anything else: no redirect, no loop, no word about what is wrong in it', () => {
    const facts = { senderAuthentication: 'fail' as const, sender: null, recentFromSender: 100 };
    const policy = { redirectUnknownEmailsTo: 'desk@aef.com', createUnknownRequestors: true };
    expect(reasonOf(decided({ message: from('new@aef.com'), facts, policy, errors: [errorAt(1)] }))).toBe(
      'sender_not_authentic',
    );
  });

  it('gives the best of what a sender may in their own right and as a Trusted Sender', () => {
    expect(rightOf('update', ['person', 'trusted'], 'none')).toBe('allowed');
    expect(rightOf('solve', ['program', 'trusted_program'], 'pass')).toBe('allowed');
    expect(rightOf('restart', ['program', 'trusted_program'], 'pass')).toBe('filed');
    expect(rightOf('create', [], 'pass')).toBe('rejected');
  });

  it('takes an operation in any guise for what it does', () => {
    const none = { senderAuthentication: 'none' as const };
    // A reply that reopens, and a category among other fields.
    expect(reasonOf(decidedOn({ state: 'closed' }, { facts: none }))).toBe('sender_unproven');
    expect(reasonOf(decidedOn({ state: 'closed', closedReplyPolicy: 'new_linked' }, { facts: none }))).toBe('created');
    const given = { instruction: { urgency: 1, category: 'SMART' } as const, facts: { ...none, category: smartphone } };
    expect(reasonOf(decidedOn({}, given))).toBe('sender_unproven');
    expect(
      reasonOf(
        decidedOn({}, { instruction: { urgency: 1, category: 'FO' }, facts: { ...none, category: frontOffice } }),
      ),
    ).toBe('updated');
  });

  it('gives a Trusted Sender who is proved not at all no right that is not their own', () => {
    const facts = { senderAuthentication: 'none' as const, sender: agent };
    const policy = { trustedSenders: ['ada@aef.com'] };
    const mail = { message: from('ada@aef.com'), facts, policy };
    expect(reasonOf(decidedOn({}, mail))).toBe('filed');
    expect(reasonOf(decidedOn({ supportGroup: null }, mail))).toBe('sender_unproven');
    expect(reasonOf(decided({ ...mail, instruction: { requestor: 'fleblanc@aef.com' } }))).toBe('sender_unproven');
  });
});

describe('what confirms an operation that nothing proved', () => {
  const alive = { messageId: 77, employeeId: frank.id, isAlive: true };
  const confirming = (over: Given = {}): Plan =>
    decided(
      merged(
        {
          instruction: { token: 'secret' },
          facts: { confirmation: alive, senderAuthentication: 'none', recentFromSender: 20 },
        },
        over,
      ),
    );

  it('is the token, from whoever was asked, on whatever ticket its subject names', () => {
    expect(confirming()).toMatchObject({ kind: 'confirm', disposition: 'confirmed', messageId: 77 });
    expect(confirming({ facts: { ticket: { ...ticket({ state: 'closed' }), by: 'subject' } } })).toMatchObject({
      disposition: 'confirmed',
    });
    expect(confirming({ message: from('frank@aef.com') })).toMatchObject({ disposition: 'confirmed' });
  });

  it.each<[string, Given, string]>([
    ['somebody else', { facts: { sender: grace } }, 'token_refused'],
    [
      'a token that is used, late, or of a message that was seen to',
      { facts: { confirmation: { ...alive, isAlive: false } } },
      'token_refused',
    ],
    ['a program', { message: message({ headers: [...generated] }) }, 'token_refused'],
    ['a forged From', { facts: { senderAuthentication: 'fail' } }, 'sender_not_authentic'],
    ['nobody', { facts: { sender: null } }, 'unknown_sender'],
    ['a mail that cannot be followed', { errors: [errorAt(1)] }, 'malformed_instruction'],
  ])('is nothing from %s', (_name, over, reason) => {
    expect(reasonOf(confirming(merged({ facts: { recentFromSender: 0 } }, over)))).toBe(reason);
  });

  it('is no proof for another operation in the same mail', () => {
    const made = confirming({
      instruction: { operation: 'SOLVE', rfcNumber: number },
      facts: { ticket: { ...ticket(), by: 'rfc_number' } },
    });
    expect(reasonOf(made)).toBe('sender_unproven');
  });
});

it('S-12: a mail with a token that is alive is no loop', () => {
  const facts = { recentFromSender: 20 };
  expect(reasonOf(plan('person', 'choice', { facts }))).toBe('mail_loop');
  expect(rightIn(plan('person', 'choice_with_token', { facts }))).toBe('allowed');
  const used = { ...facts, token: { actionId: 5, requestId: 1, used: true } };
  expect(reasonOf(plan('person', 'choice_with_token', { facts: used }))).toBe('mail_loop');
});

describe('A1: what a program wrote', () => {
  const found = (by: 'reply' | 'subject' | 'rfc_number', of: Partial<TicketFacts>, over: Given = {}): Plan =>
    decided(
      merged(
        {
          message: message({ subject: `RE: [${number}] dark`, headers: [...generated] }),
          instruction: by === 'rfc_number' ? { rfcNumber: number } : {},
          facts: { ticket: { ...ticket(of), by } },
        },
        over,
      ),
    );

  it.each(['reply', 'subject', 'rfc_number'] as const)('is filed with the ticket that it names by %s', (by) => {
    for (const state of ['registered', 'on_hold', 'solved', 'closed'] as const)
      for (const given of [
        {},
        { urgency: 1 as const },
        { operation: 'RESTART' as const },
        { operation: 'SOLVE' as const },
        { operation: 'STOP' as const },
      ])
        expect(found(by, { state }, { instruction: given })).toMatchObject({
          disposition: 'filed',
          state,
          changes: {},
        });
    expect(found(by, { state: 'closed', closedReplyPolicy: 'new_linked' })).toMatchObject({ disposition: 'filed' });
    expect(reasonOf(found(by, { state: 'closed', closedReplyPolicy: 'reject' }))).toBe('ticket_closed');
  });

  it('decides nothing, token or not', () => {
    const of = { requestorId: 1000, approval: approval([frank]) };
    const choice = { operation: 'SOLVE' as const, choice: '1' as const };
    const token = { actionId: 5, requestId: 1, used: false };
    expect(found('rfc_number', of, { instruction: choice })).toMatchObject({ disposition: 'filed' });
    expect(
      found('rfc_number', of, {
        instruction: { ...choice, token: 'secret' },
        facts: { token, senderAuthentication: 'pass' },
      }),
    ).toMatchObject({ disposition: 'filed' });
  });

  it('makes a new ticket as ever, and a person’s mail that wants no receipts acts as ever', () => {
    expect(reasonOf(decided({ message: message({ headers: [...generated] }) }))).toBe('created');
    const suppress: readonly HeaderField[] = [['x-auto-response-suppress', 'DR, OOF, AutoReply']];
    expect(found('reply', { state: 'closed' }, { message: message({ headers: suppress }) })).toMatchObject({
      disposition: 'reopened',
    });
  });
});
