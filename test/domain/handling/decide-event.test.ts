import { describe, expect, it } from 'vitest';
import type { Category } from '../../../src/domain/handling/facts.ts';
import { change, creation, decided, frontOffice, reasonOf, ticket, type Given } from '../builders.ts';

const event = ticket({ number: 'E261101_000007' });
const events: Category = { ...frontOffice, ticketType: 'E' };
const monitoring: Given = {
  instruction: { configurationItem: 'Core switch Lyon', externalReference: 'alarm-17' },
  facts: { openEvent: event, category: events },
  body: 'Port 3 is down.',
};
const on = (over: Partial<Given>): Given => ({
  ...monitoring,
  ...over,
  instruction: { ...monitoring.instruction, ...over.instruction },
  facts: { ...monitoring.facts, ...over.facts },
});

describe('a mail about an open event', () => {
  it('is counted on it', () => {
    const plan = change(decided(monitoring));
    expect(plan).toMatchObject({ number: event.number, disposition: 'updated', state: 'registered', changes: {} });
    expect(plan.action).toEqual({ kind: 'occurrence', text: 'Port 3 is down.', dueAt: null });
  });

  it('is counted also with CREATE, and on one that is on hold', () => {
    const given = on({ instruction: { operation: 'CREATE' }, facts: { openEvent: { ...event, state: 'on_hold' } } });
    expect(change(decided(given))).toMatchObject({ action: { kind: 'occurrence' }, state: 'on_hold' });
  });

  it('solves it when it is a recovery', () => {
    const plan = change(decided(on({ instruction: { operation: 'SOLVE', solution: 'Port 3 is up.' } })));
    expect(plan).toMatchObject({ number: event.number, disposition: 'solved', state: 'solved' });
  });

  it('makes a ticket of its own when its category is no event', () => {
    expect(creation(decided(on({ facts: { category: frontOffice } }))).disposition).toBe('created');
  });

  it('makes an event of its own when the sender may not act on the open one', () => {
    const foreign = { ...event, requestorId: 999, supportGroup: null };
    expect(creation(decided(on({ facts: { openEvent: foreign } }))).category.ticketType).toBe('E');
  });

  it('never answers a choice', () => {
    expect(reasonOf(decided(on({ instruction: { operation: 'SOLVE', choice: '1' } })))).toBe('unknown_ticket');
  });

  it('does not put it on hold', () => {
    expect(reasonOf(decided(on({ instruction: { operation: 'STOP' } })))).toBe('unknown_ticket');
  });
});
