import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { startMailboxes } from '../src/worker/mailboxes/start-mailboxes.ts';
import { startChild } from './child.ts';
import { mailboxHistory, ticketHistoryBytes, type HistoryCosts } from './history.ts';
import { createInbox, deliver, imapForm } from './inbox.ts';
import { cpuByProgram, cpuOf, peakMibOf } from './processes.ts';
import type { Bench } from './servers.ts';
import type { TicketToWriteAbout } from './mails.ts';
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
  /** A second, of the others: until the work on their ticket has begun. */
  readonly afterwards: number;
  /** Milliseconds of processor time each, of worker, PostgreSQL and Temporal together. */
  readonly cpuMs: number;
  readonly bytesEach: number;
}

export interface AgentOptions {
  /** Each with so many mails; 1 by default. */
  readonly inboxes?: number;
  readonly mails: number;
  /** A third of the mails are replies to, and updates of, tickets that there are. */
  readonly mixed?: boolean;
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
  const { mails, seed, inboxes = 1, mixed = false } = options;
  const logins = Array.from({ length: inboxes }, (_, place) => `bench-${seed}-${place}@bench.test`);
  const all = mails * inboxes;
  await deliver(bench, `warm-${seed}@bench.test`, { count: WARM_UP, seed: seed + 1 });
  const worker = startChild(
    'worker-entry.ts',
    {
      databaseUrl: bench.databaseUrl,
      temporal: bench.temporal,
      secretKey: bench.secretKey.toString('base64'),
      ca: bench.dovecot.ca,
      logFile: path.join(bench.folder, `agent-${seed}`, 'operations.log'),
      workflowBundlePath: bench.workflowBundlePath,
    } satisfies BenchWorkerOptions,
    options.profileFolder,
  );
  try {
    await worker.message();
    await emptied(bench, await start(bench, `warm-${seed}@bench.test`), WARM_UP);
    await atWork(bench);
    const about = mixed ? await openTickets(bench) : [];
    for (const [place, login] of logins.entries())
      await deliver(bench, login, { count: mails, seed: seed + place * 1_000_003, about });
    const ids: number[] = [];
    for (const login of logins) ids.push(await createInbox(bench, imapForm(bench, login)));

    const before = { worker: cpuOf(worker.pid), byProgram: cpuByProgram(), peakMib: peakMibOf(worker.pid) };
    const started = performance.now();
    await startMailboxes(bench.database.db, bench.client);
    await Promise.all(ids.map((id) => emptied(bench, id, mails)));
    const ended = performance.now();
    const after = { worker: cpuOf(worker.pid), byProgram: cpuByProgram(), peakMib: peakMibOf(worker.pid) };
    const left = await undispatched(bench);
    for (const [place, login] of logins.entries())
      await requireHandled(bench, ids[place] ?? 0, { login, mails, mixed });
    if (options.processes) await atWork(bench);
    const drained = performance.now();
    const spentByProcesses = total(cpuByProgram()) - total(after.byProgram);
    const [mailboxId = 0] = ids;
    return {
      mails: all,
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
            meanwhile: all - left,
            afterwards: left / ((drained - ended) / 1000),
            cpuMs: (spentByProcesses / left) * 1000,
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

/** Waits until the work on all tickets has begun, not only until their processes are started: the first steps cost as much again. */
async function atWork(bench: Pick<Bench, 'database'>): Promise<void> {
  await dispatched(bench);
  while ((await count(bench, sql`select count(*)::int as count from tickets where clock_started_at is null`)) > 0)
    await sleep(POLL_MS);
}

const total = (byProgram: ReadonlyMap<string, number>): number =>
  [...byProgram.values()].reduce((sum, one) => sum + one, 0);

/** Open tickets with the address of who asked for them. */
async function openTickets({ database }: Bench): Promise<readonly TicketToWriteAbout[]> {
  const rows = await database.db.execute<{ number: string; address: string }>(sql`
    select number, address from tickets join employee_addresses on employee_id = requestor_id
    where tickets.state = 'registered' and is_primary order by number`);
  return [...rows];
}

/** Waits until the processes of all tickets are started. */
export async function dispatched(bench: Pick<Bench, 'database'>): Promise<void> {
  while ((await undispatched(bench)) > 0) await sleep(POLL_MS);
}

const undispatched = (bench: Pick<Bench, 'database'>): Promise<number> =>
  count(bench, sql`select count(*)::int as count from workflow_outbox where dispatched_at is null`);

/** A figure for anything but each mail on its ticket and an empty inbox would be worth nothing. */
async function requireHandled(
  bench: Bench,
  mailboxId: number,
  { login, mails, mixed }: { readonly login: string; readonly mails: number; readonly mixed: boolean },
): Promise<void> {
  const made = await count(
    bench,
    mixed
      ? sql`select count(*)::int as count from messages where mailbox_id = ${mailboxId} and ticket_number is not null`
      : sql`select count(distinct ticket_number)::int as count from messages where mailbox_id = ${mailboxId} and disposition = 'created'`,
  );
  const left = (await bench.dovecot.messages(login)).length;
  if (made !== mails || left > 0)
    throw new Error(`of ${mails} mails ${made} are on their ticket, and ${left} are left in the inbox`);
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
