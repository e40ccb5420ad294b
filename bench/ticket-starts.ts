import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { applyPlan } from '../src/db/handling/apply-plan.ts';
import { workflowOutbox } from '../src/db/schema/index.ts';
import { category, contextOf, createPlan, mailbox, store } from '../test/db/fixtures.ts';
import { idOf } from '../test/db/approvals/mails.ts';
import { startChild } from './child.ts';
import { cpuByProgram, cpuOf } from './processes.ts';
import { withBench } from './servers.ts';

// usage: node bench/ticket-starts.ts [COUNT]
// COUNT new tickets (300) that need no approval: what their processes cost until each of them waits.
const count = Number(process.argv[2] ?? 300);

await withBench(
  true,
  async ({ dovecot, database, databaseUrl, secretKey, temporal, client, workflowBundlePath, folder }) => {
    const { db } = database;
    const box = await mailbox(db, { active: false });
    const requestor = { id: await idOf(db, 'fleblanc@aef.com') };
    const printer = await category(db, 'PRINTER');
    let created = 0;
    const create = async (tickets: number): Promise<void> => {
      for (let index = 0; index < tickets; index += 1) {
        const [messageId = 0] = await store(db, box.id, `message ${++created}`);
        const context = contextOf(box, messageId, { now: new Date().toISOString() });
        await db.transaction((tx) => applyPlan(tx, createPlan(printer, requestor), context));
      }
    };
    /** All are told, and no workflow task or activity is open. */
    const settled = async (): Promise<void> => {
      for (;;) {
        const [left] = await db.execute<{ left: number }>(
          sql`select count(*)::int as left from ${workflowOutbox} where dispatched_at is null`,
        );
        const [begun] = await db.execute<{ begun: number }>(
          sql`select count(*)::int as begun from tickets where clock_started_at is not null`,
        );
        if (left?.left === 0 && begun?.begun === created) return;
        await sleep(20);
      }
    };
    const worker = startChild('./worker-entry.ts', {
      databaseUrl,
      temporal,
      secretKey: secretKey.toString('base64'),
      ca: dovecot.ca,
      logFile: path.join(folder, 'operations.log'),
      workflowBundlePath,
    });
    await worker.message();
    await create(40);
    await settled();
    await sleep(3_000);
    const spent = () => ({ worker: cpuOf(worker.pid) ?? 0, programs: cpuByProgram() });
    const beforeCreation = spent();
    await create(count);
    await settled();
    await sleep(1_000);
    const after = spent();
    console.log(`${count} tickets, created and started side by side; CPU ms each:`);
    console.log(`worker ${(((after.worker - beforeCreation.worker) * 1_000) / count).toFixed(1)}`);
    for (const [name, seconds] of after.programs)
      console.log(`${name} ${(((seconds - (beforeCreation.programs.get(name) ?? 0)) * 1_000) / count).toFixed(1)}`);
    const history = await client.workflow.getHandle((await firstWorkflow()) ?? '').fetchHistory();
    console.log(`events of a history: ${String(history.events?.length)}`);
    await worker.end();

    async function firstWorkflow(): Promise<string | undefined> {
      for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"', pageSize: 10 }))
        if (workflowId.startsWith('ticket/')) return workflowId;
      return undefined;
    }
  },
);
