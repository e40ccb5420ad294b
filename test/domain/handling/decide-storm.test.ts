import { describe, expect, it } from 'vitest';
import type { Category } from '../../../src/domain/handling/facts.ts';
import { change, creation, decided, from, frontOffice, grace, reasonOf, ticket, type Given } from '../builders.ts';

const events: Category = { ...frontOffice, id: 20, code: 'EVENT', path: 'Events', ticketType: 'E' };
const storm = { number: 'E261101_000003', state: 'registered' } as const;
const alarm = (over: Given = {}): Given => ({
  message: { ...from('gsmith@aef.com'), subject: 'host-12 DOWN' },
  body: 'No answer for 60 s.',
  ...over,
  instruction: {
    requestor: 'gsmith@aef.com',
    configurationItem: 'host-12',
    externalReference: 'a12',
    ...over.instruction,
  },
  facts: { sender: grace, requestor: grace, eventCategory: events, recentFromSender: 60, ...over.facts },
  policy: { trustedSenders: ['gsmith@aef.com'], ...over.policy },
});

describe('S-12: a storm of a Trusted Sender', () => {
  it('is no loop: under its limit every alarm is a ticket', () => {
    expect(reasonOf(decided(alarm({ facts: { recentFromSender: 59 } })))).toBe('created');
    expect(decided(alarm({ facts: { recentFromSender: 59 } }))).not.toHaveProperty('stormOf');
  });

  it('is counted on one event above it, with the text of each mail', () => {
    const made = creation(decided(alarm()));
    expect(made).toMatchObject({ stormOf: 'gsmith@aef.com', category: events });
    expect(made.fields).toMatchObject({
      categoryId: events.id,
      title: 'Storm of gsmith@aef.com',
      externalReference: null,
      configurationItemText: null,
    });
    expect(made.action.text).toBe('host-12 DOWN\n\nNo answer for 60 s.');
    expect(change(decided(alarm({ facts: { storm } })))).toMatchObject({
      number: storm.number,
      state: 'registered',
      action: { kind: 'occurrence', text: 'host-12 DOWN\n\nNo answer for 60 s.' },
    });
  });

  it('is an event of the mail’s own category, or, where there are no events, a ticket of it', () => {
    const own = { ...events, id: 21 };
    expect(creation(decided(alarm({ facts: { category: own } }))).category).toEqual(own);
    expect(creation(decided(alarm({ facts: { eventCategory: null } }))).category).toEqual(frontOffice);
  });

  it('leaves what is about an open event to that event, recoveries first', () => {
    const openEvent = ticket({ number: 'E261101_000007' });
    const facts = { openEvent, storm, category: events };
    expect(change(decided(alarm({ facts, instruction: { requestor: null } })))).toMatchObject({
      number: openEvent.number,
    });
    const recovery = alarm({ facts, instruction: { operation: 'SOLVE', requestor: null } });
    expect(change(decided(recovery))).toMatchObject({ number: openEvent.number, disposition: 'solved' });
  });

  it('keeps the end of an alarm that was counted on it, also when it is over', () => {
    const recovery = (facts: Given['facts']) =>
      decided(
        alarm({ instruction: { operation: 'SOLVE', requestor: null }, facts: { recentFromSender: 0, ...facts } }),
      );
    expect(change(recovery({ storm }))).toMatchObject({
      number: storm.number,
      disposition: 'updated',
      state: 'registered',
    });
    expect(reasonOf(recovery({}))).toBe('unknown_ticket');
  });

  it('is over when fewer come: an alarm is a ticket again', () => {
    expect(creation(decided(alarm({ facts: { storm, recentFromSender: 5 } })))).not.toHaveProperty('stormOf');
  });

  it.each<[string, Given]>([
    ['whoever is not trusted', { policy: { trustedSenders: [] }, instruction: { requestor: null } }],
    ['whom nothing proves where a proof is asked for', { facts: { senderAuthentication: 'none' } }],
  ])('is a loop for %s', (_name, over) => {
    expect(reasonOf(decided(alarm(over)))).toBe('mail_loop');
  });

  it('is nothing special where the rule is off', () => {
    expect(creation(decided(alarm({ policy: { stormLimit: 0 } })))).not.toHaveProperty('stormOf');
  });
});
