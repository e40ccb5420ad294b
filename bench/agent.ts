import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { startMailboxes } from '../src/worker/mailboxes/start-mailboxes.ts';
import { startChild } from './child.ts';
import { mailboxHistory, ticketHistoryBytes, type HistoryCosts } from './history.ts';
import { createInbox, deliver, imapForm } from './inbox.ts';
import { cpuByProgram, cpuOf, peakMibOf } from './processes.ts';
import type { Bench } from './servers.ts';
import type { BenchWorkerOptions } from './worker-entry.ts';

export interface AgentResult {
  readonly mails: number;
  /** From the start of the mailbox's workflow until each mail is a ticket and the inbox empty. */
  readonly seconds: number;
  /** Seconds of processor time within that. */
  readonly cpu: { readonly worker: number; readonly byProgram: ReadonlyMap<string, number> };
  /** Of the worker: when it was warm, and at the end. */
  readonly peakMib: { readonly before: number | undefined; readonly after: number | undefined };
  readonly history: HistoryCosts;
  readonly processes: ProcessStarts | undefined;
}

export interface ProcessStarts {
  /** Started by the time that the inbox was empty. */
  readonly meanwhile: number;
  /** A second, of the others. */
  readonly afterwards: number;
  readonly bytesEach: number;
}

export interface AgentOptions {
  readonly mails: number;
  readonly seed: number;
  /** Waits for the processes of all tickets, too. */
  readonly processes: boolean;
  readonly profileFolder?: string | undefined;
}

const WARM_UP = 20;
const POLL_MS = 50;
const HISTORIES = 20;

/** Measures a fresh worker on a fresh inbox. */
export async function measureAgent(bench: Bench, options: AgentOptions): Promise<AgentResult> {
  const { mails, seed } = options;
  const login = `bench-${mails}@bench.test`;
  await deliver(bench, `warm-${login}`, { count: WARM_UP, seed: seed + 1 });
  await deliver(bench, login, { count: mails, seed });
  const worker = startChild(
    'worker-entry.ts',
    {
      databaseUrl: bench.databaseUrl,
      temporal: bench.temporal,
      secretKey: bench.secretKey.toString('base64'),
      ca: bench.dovecot.ca,
      logFile: path.join(bench.folder, login, 'operations.log'),
      workflowBundlePath: bench.workflowBundlePath,
    } satisfies BenchWorkerOptions,
    options.profileFolder,
  );
  try {
    await worker.message();
    await emptied(bench, await start(bench, `warm-${login}`), WARM_UP);
    await dispatched(bench);

    const before = { worker: cpuOf(worker.pid), byProgram: cpuByProgram(), peakMib: peakMibOf(worker.pid) };
    const started = performance.now();
    const mailboxId = await start(bench, login);
    await emptied(bench, mailboxId, mails);
    const ended = performance.now();
    const after = { worker: cpuOf(worker.pid), byProgram: cpuByProgram(), peakMib: peakMibOf(worker.pid) };
    const left = await undispatched(bench);
    await requireTickets(bench, mailboxId, login, mails);
    if (options.processes) await dispatched(bench);
    const drained = performance.now();
    return {
      mails,
      seconds: (ended - started) / 1000,
      cpu: {
        worker: (after.worker ?? 0) - (before.worker ?? 0),
        byProgram: new Map(
          [...after.byProgram].map(([name, seconds]) => [name, seconds - (before.byProgram.get(name) ?? 0)]),
        ),
      },
      peakMib: { before: before.peakMib, after: after.peakMib },
      history: await mailboxHistory(bench.client, mailboxId),
      processes: options.processes
        ? {
            meanwhile: mails - left,
            afterwards: left / ((drained - ended) / 1000),
            bytesEach: await ticketHistoryBytes(bench.client, await someTickets(bench, mailboxId)),
          }
        : undefined,
    };
  } finally {
    await worker.end();
  }
}

async function start(bench: Bench, login: string): Promise<number> {
  const id = await createInbox(bench, imapForm(bench, login));
  await startMailboxes(bench.database.db, bench.client);
  return id;
}

/** Waits until so many messages of the mailbox are handled and removed. */
export async function emptied(bench: Pick<Bench, 'database'>, mailboxId: number, mails: number): Promise<void> {
  const left = async (): Promise<number> =>
    mails -
    (await count(
      bench,
      sql`select count(*)::int as count from messages where mailbox_id = ${mailboxId} and removed_at is not null`,
    ));
  while ((await left()) > 0) await sleep(POLL_MS);
}

/** Waits until the processes of all tickets are started. */
export async function dispatched(bench: Pick<Bench, 'database'>): Promise<void> {
  while ((await undispatched(bench)) > 0) await sleep(POLL_MS);
}

const undispatched = (bench: Pick<Bench, 'database'>): Promise<number> =>
  count(bench, sql`select count(*)::int as count from workflow_outbox where dispatched_at is null`);

/** A figure for anything but one ticket a mail and an empty inbox would be worth nothing. */
async function requireTickets(bench: Bench, mailboxId: number, login: string, mails: number): Promise<void> {
  const made = await count(
    bench,
    sql`select count(distinct ticket_number)::int as count from messages where mailbox_id = ${mailboxId} and disposition = 'created'`,
  );
  const left = (await bench.dovecot.messages(login)).length;
  if (made !== mails || left > 0)
    throw new Error(`${mails} mails made ${made} tickets, and ${left} are left in the inbox`);
}

async function someTickets({ database }: Bench, mailboxId: number): Promise<readonly string[]> {
  const rows = await database.db.execute<{ number: string }>(
    sql`select number from tickets where mailbox_id = ${mailboxId} order by number limit ${HISTORIES}`,
  );
  return rows.map(({ number }) => number);
}

async function count({ database }: Pick<Bench, 'database'>, query: ReturnType<typeof sql>): Promise<number> {
  const [row] = await database.db.execute<{ count: number }>(query);
  return row?.count ?? 0;
}
