import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { createSecretBox } from '../../../src/db/mailboxes/secrets.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { categories, operationLog, outbox, tickets, workflowOutbox } from '../../../src/db/schema/index.ts';
import { connect, type Database } from '../../../src/db/shared/connect.ts';
import { connectTemporal } from '../../../src/worker/temporal/temporal-client.ts';
import { type RunningWorker, startWorker } from '../../../src/worker/worker.ts';
import { ticketWorkflowId } from '../../../src/workflows/processes/ticket.messages.ts';
import { category, contextOf, createPlan, mailbox, store, useDatabase } from '../../db/fixtures.ts';
import { idOf } from '../../db/approvals/mails.ts';
import { eventually } from '../../support/agent.ts';
import { createTestNamespace } from '../../support/namespace.ts';

const { db, url } = useDatabase();
let database: Database;
let box: MailboxRecord;
let worker: RunningWorker;
let client: Client;
let received = 0;

beforeAll(async () => {
  database = connect(url());
  box = await mailbox(db(), { active: false });
  const temporal = await createTestNamespace();
  client = await connectTemporal(temporal);
  worker = await startWorker({
    database,
    secretBox: createSecretBox([randomBytes(32)]),
    temporal,
    timeZone: 'Europe/Paris',
    dateFormat: 'dd/MM/yyyy',
    smtpUrl: undefined,
    ca: undefined,
    logFile: { file: '', type: 'lt_None' },
    logger: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await worker.stop();
  await client.connection.close();
  await database.close();
});

const created = async (code: string): Promise<string> => {
  const [messageId = 0] = await store(db(), box.id, `message ${String(++received)}`);
  const plan = createPlan(await category(db(), code), { id: await idOf(db(), 'fleblanc@aef.com') });
  const context = contextOf(box, messageId, { now: new Date().toISOString() });
  const { ticketNumber } = await db().transaction((tx) => applyPlan(tx, plan, context));
  return ticketNumber ?? '';
};

/** What the process of a new ticket costs until it waits: workflow tasks and activities. */
const costOf = (number: string) =>
  eventually(`the process of ${number} waits`, async () => {
    const handle = client.workflow.getHandle(ticketWorkflowId(number));
    const history = await handle.fetchHistory().catch(() => undefined);
    const events = history?.events ?? [];
    const count = (field: 'workflowTaskCompletedEventAttributes' | 'activityTaskScheduledEventAttributes'): number =>
      events.filter((event) => event[field] != null).length;
    const { raw } = await handle.describe().catch(() => ({ raw: undefined }));
    const isIdle = raw !== undefined && raw.pendingWorkflowTask == null && (raw.pendingActivities ?? []).length === 0;
    const tasks = count('workflowTaskCompletedEventAttributes');
    return tasks > 0 && isIdle
      ? { tasks, activities: count('activityTaskScheduledEventAttributes'), events: events.length }
      : undefined;
  });

describe('the process of a new ticket', () => {
  it.each(['PRINTER', 'MONITORING', 'ACCESS'])(
    'that needs no approval (%s) is one workflow task, no activity',
    async (code) => {
      const number = await created(code);
      // Started, its one task scheduled, begun and done, and perhaps the timer of its next warning.
      const { tasks: done, activities, events } = await costOf(number);
      expect({ tasks: done, activities }).toEqual({ tasks: 1, activities: 0 });
      expect(events).toBeLessThanOrEqual(5);
      const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
      const [of] = await db().select().from(categories).where(eq(categories.code, code));
      expect(ticket).toMatchObject({
        assignedGroup: of?.supportGroup,
        approvalRound: { steps: [] },
      });
      expect(ticket?.clockStartedAt).not.toBeNull();
      expect(ticket?.solveBy).not.toBeNull();
      expect(ticket?.phase).toMatch(/^(work|watch|fulfilment)$/);
      const log = await db().select().from(operationLog).where(eq(operationLog.ticketNumber, number));
      expect(log.map(({ operation }) => operation)).toContain('ASSIGN');
      const mails = await db()
        .select()
        .from(outbox)
        .where(eq(outbox.ticketId, ticket?.id ?? 0));
      expect(mails.map(({ kind }) => kind)).toContain('assignment');
    },
  );

  it('that needs an approval asks for it, and begins no work', async () => {
    const number = await created('NEW_LAPTOP');
    const { activities } = await eventually('it is asked for', async () => {
      const cost = await costOf(number);
      const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
      return ticket?.phase === 'approval' ? cost : undefined;
    });
    // The opening of the step, and the phase: the ticket itself came with the start.
    expect(activities).toBe(2);
    const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
    expect(ticket).toMatchObject({ assignedGroup: null, clockStartedAt: null });
  });

  it('is not started anew by a late repetition of its start, after it has ended', async () => {
    const number = await created('PRINTER');
    await costOf(number);
    const handle = client.workflow.getHandle(ticketWorkflowId(number));
    await handle.terminate('the test');
    // Closed: nobody looks for its process.
    await db().update(tickets).set({ state: 'closed' }).where(eq(tickets.number, number));
    await db()
      .update(workflowOutbox)
      .set({ dispatchedAt: null, nextAttemptAt: null })
      .where(eq(workflowOutbox.ticketNumber, number));
    const [row] = await eventually('it is dispatched', async () => {
      const rows = await db().select().from(workflowOutbox).where(eq(workflowOutbox.ticketNumber, number));
      return rows[0]?.dispatchedAt == null ? undefined : rows;
    });
    expect(row?.attempts).toBe(0);
    expect((await handle.describe()).status.name).toBe('TERMINATED');
  });
});
