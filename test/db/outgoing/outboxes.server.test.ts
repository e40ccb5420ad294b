import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import { enqueueMail, markSendFailed, markSent, takeUnsent } from '../../../src/db/outgoing/outbox.ts';
import { maxSendAttempts } from '../../../src/domain/outgoing/send-attempts.ts';
import { employees, outbox, workflowOutbox } from '../../../src/db/schema/index.ts';
import { markDispatched, markDispatchFailed, takeUndispatched } from '../../../src/db/processes/workflow-outbox.ts';
import { category, contextOf, createPlan, mailbox, now, store, useDatabase } from '../fixtures.ts';

/** Both shares, as a dispatcher takes them. */
const takeAll = async () => [
  ...(await takeUndispatched(db(), 'changes', 10)),
  ...(await takeUndispatched(db(), 'starts', 10)),
];

const { db } = useDatabase();

const aTicket = async (protocolId: string): Promise<string> => {
  const box = await mailbox(db());
  const [messageId] = await store(db(), box.id, protocolId);
  const [person] = await db().select().from(employees).limit(1);
  const plan = createPlan(await category(db(), 'SMARTPHONE'), { id: person?.id ?? 0 });
  const applied = await db().transaction((tx) => applyPlan(tx, plan, contextOf(box, messageId ?? 0)));
  return applied.ticketNumber ?? '';
};

/** Lets the lease or the wait before the next attempt be over. */
const letTimePass = (table: typeof workflowOutbox | typeof outbox) =>
  db().update(table).set({ nextAttemptAt: '2020-01-01T00:00:00.000Z' });

describe('the workflow outbox', () => {
  it('gives out the entries of one ticket in order, the next when the one before is dispatched', async () => {
    const [a, b] = [await aTicket('1'), await aTicket('2')];
    await db().insert(workflowOutbox).values({ kind: 'ticket_changed', ticketNumber: a, payload: {}, createdAt: now });
    const first = await takeAll();
    expect(first).toMatchObject([
      { kind: 'start_ticket', ticketNumber: a, process: 'Incident: Standard Process' },
      { kind: 'start_ticket', ticketNumber: b },
    ]);
    expect(await takeAll()).toEqual([]);
    await markDispatchFailed(db(), first[0]?.id ?? 0, 'Temporal does not answer.');
    await markDispatched(db(), [first[1]?.id ?? 0]);
    await letTimePass(workflowOutbox);
    const again = await takeAll();
    expect(again).toMatchObject([{ id: first[0]?.id, kind: 'start_ticket', ticketNumber: a }]);
    await markDispatched(db(), [again[0]?.id ?? 0]);
    expect(await takeAll()).toMatchObject([{ kind: 'ticket_changed', ticketNumber: a }]);
  });

  it('gives out what has waited long enough, where that is asked for', async () => {
    const [old, young] = [await aTicket('waited'), await aTicket('came just now')];
    const createdAt = new Date().toISOString();
    await db().update(workflowOutbox).set({ createdAt }).where(eq(workflowOutbox.ticketNumber, young));
    const taken = (await takeUndispatched(db(), 'starts', 10, 10_000)).map(({ ticketNumber }) => ticketNumber);
    expect(taken.filter((number) => number === old || number === young)).toEqual([old]);
  });

  it('gives an entry to one of several dispatchers', async () => {
    const number = await aTicket('3');
    const taken = (await Promise.all(Array.from({ length: 4 }, () => takeAll()))).flat();
    expect(taken.filter((entry) => entry.ticketNumber === number)).toHaveLength(1);
  });
});

describe('the outbox', () => {
  const aMail = async (messageIdHeader: string): Promise<void> => {
    const box = await mailbox(db());
    await db()
      .insert(outbox)
      .values({
        kind: 'redirect',
        messageIdHeader,
        mailboxId: box.id,
        toAddress: 'desk@aef.com',
        tags: { SUBJECT: 'x' },
        createdAt: now,
      });
  };

  it('F19: gives out a mail until it is sent, always with one Message-ID', async () => {
    await aMail('<1@aef.com>');
    const [mail] = await takeUnsent(db(), 10, { hasSmtp: true });
    expect(mail).toMatchObject({
      messageIdHeader: '<1@aef.com>',
      to: 'desk@aef.com',
      from: 'support@aef.com',
      attempts: 0,
    });
    await markSendFailed(db(), mail?.id ?? 0, { error: 'The server is busy.', final: false, notTaken: false });
    expect(await takeUnsent(db(), 10, { hasSmtp: true })).toEqual([]);
    await letTimePass(outbox);
    expect(await takeUnsent(db(), 10, { hasSmtp: true })).toMatchObject([
      { id: mail?.id, messageIdHeader: '<1@aef.com>', attempts: 1 },
    ]);
    await markSent(db(), mail?.id ?? 0, { now: now, subject: 'x', serverMessageId: null });
    await letTimePass(outbox);
    expect(await takeUnsent(db(), 10, { hasSmtp: true })).toEqual([]);
  });

  it('gives a mail up when the server will never take it, or after its attempts', async () => {
    await aMail('<2@aef.com>');
    await aMail('<3@aef.com>');
    const [two, three] = await takeUnsent(db(), 10, { hasSmtp: true });
    await markSendFailed(db(), two?.id ?? 0, { error: 'There is no such user.', final: true, notTaken: true });
    await db()
      .update(outbox)
      .set({ attempts: maxSendAttempts - 1 })
      .where(eq(outbox.id, three?.id ?? 0));
    await markSendFailed(db(), three?.id ?? 0, { error: 'The server is busy.', final: false, notTaken: true });
    expect(await db().$count(outbox, eq(outbox.state, 'failed'))).toBe(2);
  });
});

describe('mails that anybody can cause', () => {
  const at = (minute: number): string => `2026-11-24T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const confirm = (now: string, kind: 'choice_confirmation' | 'assignment' = 'choice_confirmation') =>
    enqueueMail(db(), { kind, to: { address: 'capped@aef.com' }, ticketId: null, now });

  it('A10: are so many an hour to one address, and no more', async () => {
    await updateSettings(db(), { answersPerHour: 2 });
    expect([await confirm(at(0)), await confirm(at(1)), await confirm(at(2))]).toEqual([true, true, false]);
    expect(await confirm(at(3), 'assignment')).toBe(true);
    expect(await confirm('2026-11-24T11:00:30.000Z')).toBe(true);
  });
});
