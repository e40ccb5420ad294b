import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { asc, eq, isNull } from 'drizzle-orm';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { connect } from '../../../src/db/shared/connect.ts';
import { loadSamples } from '../../../src/demo/samples.ts';
import { createSecretBox } from '../../../src/db/mailboxes/secrets.ts';
import { employees, tickets, workflowOutbox } from '../../../src/db/schema/index.ts';
import type { TicketOperation } from '../../../src/domain/tickets/operation.ts';
import { recordOf, transitionOf } from '../../../src/domain/tickets/transitions.ts';
import { connectTemporal } from '../../../src/worker/temporal/temporal-client.ts';
import { type RunningWorker, startWorker } from '../../../src/worker/worker.ts';
import { ticketStatusQuery, ticketWorkflowId } from '../../../src/workflows/processes/ticket.messages.ts';
import { category, contextOf, createPlan, mailbox, store } from '../../db/fixtures.ts';
import { eventually } from '../../support/agent.ts';
import { createTestDatabase } from '../../support/database.ts';
import { createPicker } from '../../support/random.ts';
import { createTestNamespace } from '../../support/namespace.ts';

const operations: readonly TicketOperation[] = ['UPDATE', 'STOP', 'RESTART', 'SOLVE', 'FILE'];
const categoryCodes = ['GENERAL', 'PRINTER', 'ACCESS', 'MONITORING'];
const OPERATIONS = 60;

it('R20: row and process agree after random operations of a seed that can be given, with restarts of the worker in between', async () => {
  const pick = createPicker();
  const testDatabase = await createTestDatabase();
  const database = connect(testDatabase.url);
  const { db } = database;
  await loadSamples(db);
  const temporal = await createTestNamespace();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-agreement-'));
  const start = (): Promise<RunningWorker> =>
    startWorker({
      database,
      secretBox: createSecretBox([randomBytes(32)]),
      temporal,
      timeZone: 'Europe/Paris',
      dateFormat: 'dd/MM/yyyy',
      smtpUrl: undefined,
      ca: undefined,
      logFile: { file: path.join(folder, 'operations.log'), type: 'lt_None' },
      logger: pino({ level: 'silent' }),
    });
  let worker = await start();
  const client = await connectTemporal(temporal);
  try {
    const box = await mailbox(db, { active: false });
    const [person] = await db.select().from(employees).orderBy(asc(employees.id));
    let received = 0;
    const message = async (): Promise<number> => (await store(db, box.id, `message ${String(++received)}`))[0] ?? 0;
    const numbers: string[] = [];
    for (const code of categoryCodes) {
      const plan = createPlan(await category(db, code), { id: person?.id ?? 0 });
      const context = contextOf(box, await message(), { now: new Date().toISOString() });
      const { ticketNumber } = await db.transaction((tx) => applyPlan(tx, plan, context));
      numbers.push(ticketNumber ?? '');
    }
    for (let step = 0; step < OPERATIONS; step += 1) {
      const number = pick(numbers);
      const operation = pick(operations);
      const context = contextOf(box, await message(), { now: new Date().toISOString() });
      await db.transaction(async (tx) => {
        const [ticket] = await tx.select().from(tickets).where(eq(tickets.number, number)).for('update');
        const transition = transitionOf(operation, ticket?.state ?? 'closed');
        if (!transition.ok) return;
        const { disposition, action } = recordOf[operation];
        await applyPlan(
          tx,
          {
            kind: 'change',
            disposition,
            number,
            state: transition.to,
            changes: {},
            action: { kind: action, text: 'Said so.', dueAt: null },
            documents: { attachments: [], reply: false },
            warnings: [],
          },
          context,
        );
      });
      if (step % 20 === 19) {
        await worker.stop();
        worker = await start();
      }
    }
    await eventually('all is told', async () => {
      const left = await db.select().from(workflowOutbox).where(isNull(workflowOutbox.dispatchedAt));
      return left.length === 0 ? true : undefined;
    });
    for (const number of numbers) {
      const [ticket] = await db.select().from(tickets).where(eq(tickets.number, number));
      const { state } = await client.workflow.getHandle(ticketWorkflowId(number)).query(ticketStatusQuery);
      expect({ number, state }).toEqual({ number, state: ticket?.state });
    }
  } finally {
    await worker.stop();
    await client.connection.close();
    await database.close();
    await testDatabase.drop();
    rmSync(folder, { recursive: true, force: true });
  }
});
