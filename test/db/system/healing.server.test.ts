import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { readRaw } from '../../../src/db/messages/raw-messages.ts';
import { enqueueMail } from '../../../src/db/outgoing/outbox.ts';
import { enterPhase } from '../../../src/db/processes/ticket-process.ts';
import { markDispatchFailed, takeUndispatched } from '../../../src/db/processes/workflow-outbox.ts';
import { employees, messages, outbox, tickets, workflowOutbox } from '../../../src/db/schema/index.ts';
import { connect } from '../../../src/db/shared/connect.ts';
import { backUp, restore } from '../../../src/db/system/backup.ts';
import { removeExpired } from '../../../src/worker/system/remove-expired.ts';
import { createTestDatabase } from '../../support/database.ts';
import { category, contextOf, createPlan, mailbox, now, store, useDatabase } from '../fixtures.ts';

const { db, url } = useDatabase();
afterEach(() => vi.useRealTimers());

const aTicket = async (protocolId: string): Promise<{ readonly number: string; readonly messageId: number }> => {
  const box = await mailbox(db());
  const [messageId = 0] = await store(db(), box.id, protocolId);
  const [person] = await db().select().from(employees).limit(1);
  const plan = createPlan(await category(db(), 'SMARTPHONE'), { id: person?.id ?? 0 });
  const applied = await db().transaction((tx) => applyPlan(tx, plan, contextOf(box, messageId)));
  return { number: applied.ticketNumber ?? '', messageId };
};

describe('a connection', () => {
  it.each([
    ['statement_timeout', '1min'],
    ['lock_timeout', '25s'],
    ['idle_in_transaction_session_timeout', '20s'],
    ['tcp_keepalives_idle', '10'],
    ['tcp_keepalives_interval', '5'],
    ['tcp_keepalives_count', '3'],
  ])('R5: a worker that stands still costs the others at most half a minute: %s', async (name, value) => {
    const [row] = await db().execute<{ value: string }>(sql`select current_setting(${name}) as value`);
    expect(row?.value).toBe(value);
  });
});

describe('the phase of a ticket', () => {
  it('R13: an attempt that comes late leaves the phase that came after it', async () => {
    const { number } = await aTicket('phases');
    await enterPhase(db(), number, 'approval', null);
    await enterPhase(db(), number, 'window', 'approval');
    await enterPhase(db(), number, 'approval', null);
    const [ticket] = await db().select({ phase: tickets.phase }).from(tickets).where(eq(tickets.number, number));
    expect(ticket?.phase).toBe('window');
  });
});

describe('what workflows are to be told', () => {
  it('R22: a row that never succeeds holds back the later ones of its ticket no longer', async () => {
    const { number } = await aTicket('told');
    const later = { kind: 'ticket_changed', ticketNumber: number, payload: {}, createdAt: now } as const;
    await db().insert(workflowOutbox).values(later);
    const take = async () => (await takeUndispatched(db(), 'changes', 10)).filter((row) => row.ticketNumber === number);
    const [start] = (await takeUndispatched(db(), 'starts', 100)).filter((row) => row.ticketNumber === number);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(await take()).toEqual([]);
      await markDispatchFailed(db(), start?.id ?? 0, 'Workflow Update failed');
    }
    expect(await take()).toMatchObject([{ kind: 'ticket_changed' }]);
  });
});

describe('retention', () => {
  it("R16: goes by the database's clock, not by the worker's", async () => {
    const { messageId } = await aTicket('kept');
    await db()
      .update(messages)
      .set({ handledAt: sql`now() - interval '1 day'` })
      .where(eq(messages.id, messageId));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 400 * 86_400_000 });
    await removeExpired(db());
    expect(await readRaw(db(), messageId)).not.toBeNull();
  });
});

describe('a restored database', () => {
  it('R14: gives no mail the Message-ID of one that was sent after the backup', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-restored-'));
    const other = await createTestDatabase();
    const restored = connect(other.url);
    try {
      await backUp(url(), folder);
      const write = { kind: 'assignment', to: { address: 'a@aef.com' }, ticketId: null, now } as const;
      for (let n = 0; n < 3; n += 1) await enqueueMail(db(), write);
      await restore(other.url, folder);
      await enqueueMail(restored.db, write);
      const newest = async (of: typeof restored.db) =>
        (await of.execute<{ id: number }>(sql`select max(${outbox.id})::int as id from ${outbox}`))[0]?.id ?? 0;
      expect(await newest(restored.db)).toBeGreaterThan((await newest(db())) + 100_000);
    } finally {
      await restored.close();
      await other.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
