import { describe, expect, it } from 'vitest';
import { type EventFacts, promotionAt, promotionOf } from '../../../src/domain/processes/event.ts';

const createdAt = '2026-11-24T08:00:00.000Z';
const nine = '2026-11-24T09:00:00.000Z';
const escalation = { afterOccurrences: 3, afterMinutes: 60, categoryId: 7 };
const event: EventFacts = {
  type: 'E',
  state: 'registered',
  occurrences: 2,
  createdAt,
  escalation,
  leadsToIncident: true,
  hasIncident: false,
};

const fields = {
  categoryId: 1,
  title: 'Disk full',
  description: 'It is at 99 %.',
  occurredAt: createdAt,
  urgency: 2,
  impact: 2,
  severity: null,
  priority: 3,
  assetId: null,
  assetText: null,
  configurationItemId: 4,
  configurationItemText: null,
  origin: 'Mail',
  externalReference: 'alarm-1',
  customFields: { E_HOST: 'db1' },
  number: 'E261124_000001',
  requestorId: 5,
  recipientId: null,
  mailboxId: 6,
} as const;

const promote = (changes: Partial<EventFacts>, now: string) =>
  promotionOf({ ...event, ...fields, ...changes }, { id: 7, process: 'Incident: Standard Process' }, now);

describe('an event becomes an incident', () => {
  it.each<[string, Partial<EventFacts>, string | null]>([
    ['after its minutes', {}, nine],
    ['at once, after so many mails', { occurrences: 3 }, createdAt],
    ['never by time alone where only mails count', { escalation: { ...escalation, afterMinutes: null } }, null],
    [
      'after its minutes, however many mails',
      { occurrences: 99, escalation: { ...escalation, afterOccurrences: null } },
      nine,
    ],
    ['never without a rule', { escalation: null }, null],
    ['never into a category of another type', { leadsToIncident: false }, null],
    ['once', { hasIncident: true }, null],
    ['not on hold', { state: 'on_hold' }, null],
    ['not solved', { state: 'solved' }, null],
    ['not closed', { state: 'closed' }, null],
    ['not when it is no event', { type: 'I' }, null],
  ])('%s', (_, changes, at) => {
    expect(promotionAt({ ...event, ...changes })).toBe(at);
    expect(promote(changes, '2026-11-24T07:59:59.999Z')).toBeNull();
    expect(promote(changes, at ?? '2100-01-01T00:00:00.000Z') !== null).toBe(at !== null);
  });

  it('takes over what is known, and names the event', () => {
    const promotion = promote({ occurrences: 3 }, nine);
    expect(promotion?.incident).toMatchObject({
      type: 'I',
      process: 'Incident: Standard Process',
      categoryId: 7,
      relatedTo: fields.number,
      externalReference: 'alarm-1',
      customFields: { E_HOST: 'db1' },
      priority: 3,
      mailboxId: 6,
    });
    expect(promotion?.incident).not.toHaveProperty('occurrences');
    expect(promotion?.registration).toBe('Made of the event E261124_000001, which came 3 times.');
    expect(promotion?.textsFor('I261124_000001').log).toBe(
      'E261124_000001 came 3 times and is now the incident I261124_000001.',
    );
  });
});
