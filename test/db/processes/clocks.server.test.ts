import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { assignTicket } from '../../../src/db/processes/assign-ticket.ts';
import { createCalendar } from '../../../src/db/master-data/calendars.ts';
import { beginWork } from '../../../src/db/processes/begin-work.ts';
import { endHold } from '../../../src/db/processes/end-hold.ts';
import { warnOfTargets, warnOfWindow } from '../../../src/db/processes/target-warnings.ts';
import { promoteEvent } from '../../../src/db/processes/promote-event.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import * as schema from '../../../src/db/schema/index.ts';
import { findOptionalTicketSnapshot } from '../../../src/db/processes/ticket-snapshot.ts';
import type { Plan } from '../../../src/domain/handling/plan.ts';
import { category, contextOf, createPlan, mailbox, store, useDatabase } from '../fixtures.ts';

const { actions, categories, employees, outbox, tickets, workflowOutbox } = schema;
const { db } = useDatabase();
let box: MailboxRecord;
let leblanc: number;
let received = 0;

beforeAll(async () => {
  box = await mailbox(db());
  const [person] = await db().select().from(employees).where(eq(employees.name, 'Françoise Leblanc'));
  leblanc = person?.id ?? 0;
  const day = [{ from: '09:00', to: '17:00' }];
  const office = await createCalendar(db(), {
    name: 'Office',
    timeZone: 'UTC',
    hours: { '1': day, '2': day, '3': day, '4': day, '5': day },
    holidays: [],
  });
  const targets = {
    '2': { responseMinutes: 60, solutionMinutes: 480 },
    '1': { responseMinutes: 5, solutionMinutes: 60 },
  };
  await db().update(categories).set({ calendarId: office.id, targets }).where(eq(categories.code, 'PRINTER'));
});

/** Tuesday. */
const at = (time: string): string => `2026-11-24T${time}:00.000Z`;

const apply = async (plan: Plan, now: string, sender = 'fleblanc@aef.com'): Promise<string> => {
  const [messageId] = await store(db(), box.id, `message ${++received}`);
  const context = contextOf(box, messageId ?? 0, { now, sender });
  const result = await db().transaction((tx) => applyPlan(tx, plan, context));
  return result.ticketNumber ?? '';
};

const created = async (code: string, now: string, fields = {}): Promise<string> => {
  const plan = createPlan(await category(db(), code), { id: leblanc });
  return apply({ ...plan, fields: { ...plan.fields, ...fields } }, now);
};

const change = (number: string, changes: Partial<Extract<Plan, { kind: 'change' }>>): Plan => ({
  kind: 'change',
  disposition: 'updated',
  number,
  state: 'registered',
  changes: {},
  action: { kind: 'update', text: 'Said so.', dueAt: null },
  documents: { attachments: [], reply: false },
  warnings: [],
  ...changes,
});

const begin = (number: string, now: string): Promise<void> => beginWork(db(), { number, phase: 'work', now });

const hold = (number: string, until: string | null): Plan =>
  change(number, {
    disposition: 'put_on_hold',
    state: 'on_hold',
    action: { kind: 'hold', text: 'Waits for a part.', dueAt: until },
  });

const ticketOf = async (number: string) => {
  const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
  if (ticket === undefined) throw new Error(`no ticket ${number}`);
  return ticket;
};

const mailsOf = async (number: string) =>
  db()
    .select({ kind: outbox.kind, to: outbox.toAddress })
    .from(outbox)
    .where(eq(outbox.ticketId, (await ticketOf(number)).id));

describe('the clock of the targets', () => {
  it('starts once, and counts the hours of the calendar', async () => {
    const number = await created('PRINTER', at('15:00'));
    await begin(number, at('15:00'));
    const due = { respondBy: at('16:00'), solveBy: '2026-11-25T15:00:00.000Z' };
    expect(await ticketOf(number)).toMatchObject(due);
    await begin(number, at('16:00'));
    expect(await ticketOf(number)).toMatchObject(due);
  });

  it('rests while the ticket is on hold', async () => {
    const number = await created('PRINTER', at('09:00'));
    await begin(number, at('09:00'));
    await apply(hold(number, null), at('09:30'));
    expect(await ticketOf(number)).toMatchObject({ heldSince: at('09:30') });
    await apply(
      change(number, { disposition: 'reopened', action: { kind: 'restart', text: '', dueAt: null } }),
      at('10:30'),
    );
    expect(await ticketOf(number)).toMatchObject({
      heldSince: null,
      heldMinutes: 60,
      respondBy: at('11:00'),
      solveBy: '2026-11-25T10:00:00.000Z',
    });
  });

  it('counts anew for another priority, from when it started', async () => {
    const number = await created('PRINTER', at('09:00'));
    await begin(number, at('09:00'));
    await apply(change(number, { changes: { priority: 1 } }), at('09:10'));
    expect(await ticketOf(number)).toMatchObject({ respondBy: at('09:05'), solveBy: at('10:00') });
  });

  it('takes the first word of anybody but the requestor for the response', async () => {
    const number = await created('PRINTER', at('09:00'));
    await apply(change(number, {}), at('09:01'));
    expect((await ticketOf(number)).respondedAt).toBeNull();
    await apply(change(number, {}), at('09:02'), 'jberg@aef.com');
    await apply(change(number, {}), at('09:03'), 'jberg@aef.com');
    expect((await ticketOf(number)).respondedAt).toBe(at('09:02'));
  });
});

describe('a hold', () => {
  it('ends by itself at its date, and not before', async () => {
    const number = await created('PRINTER', at('09:00'));
    await apply(hold(number, at('10:00')), at('09:30'));
    await endHold(db(), number, at('09:59'));
    expect((await ticketOf(number)).state).toBe('on_hold');
    await endHold(db(), number, at('10:00'));
    await endHold(db(), number, at('10:00'));
    expect(await ticketOf(number)).toMatchObject({ state: 'registered', holdUntil: null, heldSince: null });
    const restarts = await db()
      .select()
      .from(actions)
      .where(and(eq(actions.ticketId, (await ticketOf(number)).id), eq(actions.kind, 'restart')));
    expect(restarts).toHaveLength(1);
  });

  it('without a date waits for RESTART', async () => {
    const number = await created('PRINTER', at('09:00'));
    await apply(hold(number, null), at('09:30'));
    await endHold(db(), number, '2030-01-01T00:00:00.000Z');
    expect((await ticketOf(number)).state).toBe('on_hold');
  });
});

describe('warnings of targets', () => {
  it('go to the people of the group, each once', async () => {
    const number = await created('PRINTER', at('09:00'));
    await begin(number, at('09:00'));
    await assignTicket(db(), number, at('09:00'));
    await assignTicket(db(), number, at('09:00'));
    expect(await mailsOf(number)).toEqual([{ kind: 'assignment', to: 'jberg@aef.com' }]);
    expect((await findOptionalTicketSnapshot(db(), number))?.warnAt).toBe(at('09:48'));
    await warnOfTargets(db(), number, at('09:47'));
    expect(await mailsOf(number)).toHaveLength(1);
    await warnOfTargets(db(), number, at('09:48'));
    await warnOfTargets(db(), number, at('09:49'));
    expect(await mailsOf(number)).toHaveLength(2);
    expect((await findOptionalTicketSnapshot(db(), number))?.warnAt).toBe(at('10:00'));
  });

  it('are one where both times have passed', async () => {
    const number = await created('PRINTER', at('09:00'));
    await begin(number, at('09:00'));
    await assignTicket(db(), number, at('09:00'));
    await warnOfTargets(db(), number, at('12:00'));
    expect((await mailsOf(number)).filter(({ kind }) => kind === 'target_warning')).toHaveLength(1);
  });

  it('rest while the ticket is on hold, and end with its solution', async () => {
    const number = await created('PRINTER', at('09:00'));
    await begin(number, at('09:00'));
    await apply(hold(number, null), at('09:01'));
    expect((await findOptionalTicketSnapshot(db(), number))?.warnAt).toBeNull();
  });

  it('tell once that the window of a change ended', async () => {
    const number = await created('SERVER', at('09:00'));
    await assignTicket(db(), number, at('09:00'));
    await warnOfWindow(db(), number, at('10:00'), at('10:01'));
    await warnOfWindow(db(), number, at('10:00'), at('10:02'));
    expect((await mailsOf(number)).filter(({ kind }) => kind === 'target_warning')).toHaveLength(1);
  });
});

describe('an event', () => {
  it('is made one incident when it has come often enough', async () => {
    const { id } = await category(db(), 'GENERAL');
    const escalation = { afterOccurrences: 3, afterMinutes: null, categoryId: id };
    await db().update(categories).set({ escalation }).where(eq(categories.code, 'MONITORING'));
    const number = await created('MONITORING', at('09:00'), { externalReference: 'alarm-1' });
    const again = change(number, { action: { kind: 'occurrence', text: 'Again.', dueAt: null } });
    await apply(again, at('09:01'));
    expect(await promoteEvent(db(), number, at('09:01'), 'UTC')).toBeNull();
    await apply(again, at('09:02'));
    expect((await ticketOf(number)).occurrences).toBe(3);
    const incident = (await promoteEvent(db(), number, at('09:02'), 'UTC')) ?? '';
    expect(await ticketOf(incident)).toMatchObject({
      type: 'I',
      relatedTo: number,
      process: 'Incident: Standard Process',
      externalReference: 'alarm-1',
      occurrences: 1,
    });
    expect(await promoteEvent(db(), number, at('09:03'), 'UTC')).toBeNull();
    expect((await findOptionalTicketSnapshot(db(), number))?.escalateAt).toBeNull();
    const starts = await db().select().from(workflowOutbox).where(eq(workflowOutbox.ticketNumber, incident));
    expect(starts.map(({ kind }) => kind)).toEqual(['start_ticket']);
  });
});
