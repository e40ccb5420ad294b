/*
 * Who has the data folder of the embedded servers. One file, `lock`, names the owner (the process that asked), the guardian that runs the
 * servers, and the servers. For a process that comes, the folder is always in one of these modes:
 *
 * - FREE: no file. It is taken. (A file that is damaged is an error that says so, for a person to look at.)
 * - HELD: guardian and owner run. The start fails with `DataFolderInUseError`, which says who has it.
 * - LEAVING: the guardian runs, and says that it is stopping or has lost its owner. The start waits, asking every 200 ms, until it is FREE or
 *   ABANDONED; its `signal` ends the wait.
 * - ABANDONED: the guardian of this host does not run. Servers that outlived it are stopped, then the folder is taken.
 *
 * A process is told by its id and its identity (`process-identity.ts`), so an id that was given again is not taken for the old one.
 * On a volume that hosts share, a holder elsewhere cannot be looked at: it is HELD while the file is touched, every five seconds, and
 * ABANDONED after twenty without it. Its servers are not stopped from here.
 *
 * Looking and taking are two steps, so one process at a time does both, under `lock.taking`. A start that is killed between them holds up the
 * next one for ten seconds.
 */
import { mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { z } from 'zod';
import { dataFolder, readJson, writeJson } from './data-folder.ts';
import { isRunning, processRef, type ProcessRef } from '../processes/process-identity.ts';
import { stopProcess } from '../processes/stop-process.ts';

const reference = z.object({ pid: z.int(), identity: z.string() });

const record = z.object({
  host: z.string(),
  since: z.string(),
  /** Who asked for the servers, and the guardian that runs them. */
  owner: reference,
  guardian: reference,
  stopping: z.boolean(),
  servers: z.array(reference),
});

type LockRecord = z.infer<typeof record>;

export interface DataLock {
  /** Notes a server, so that one that outlives its guardian is found and stopped. */
  addServer(ref: ProcessRef): void;
  /** Says that a new start need not give up but wait. */
  markStopping(): void;
  release(): void;
}

/** Another start has the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

/** A holder on another machine (a shared volume) is known only by its beat. */
const beatMs = 5_000;
const silenceMs = 4 * beatMs;

/**
 * One start a data folder. A second one fails with who has it; one that is stopping is waited for; what a dead one left
 * running is stopped. `owner` is the process that asked.
 */
export async function lockDataFolder(
  dataDir: string,
  owner: number,
  { onProgress, signal }: { readonly onProgress: (text: string) => void; readonly signal: AbortSignal },
): Promise<DataLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  let waiting = false;
  for (;;) {
    const lock = await oneAtATime(dataDir, () => tryLock(dataDir, owner));
    if (lock !== undefined) return lock;
    if (!waiting) onProgress(`waiting for the run before to leave ${dataDir}`);
    waiting = true;
    await sleep(200, undefined, { signal });
  }
}

/** Stops the servers of a guardian that was killed, and says whether one was; for its parent, which sees it end. */
export async function stopLeftovers(dataDir: string): Promise<boolean> {
  const { lock } = dataFolder(dataDir);
  const found = readJson(lock, record);
  if (found === undefined || isRunning(found.guardian)) return false;
  await Promise.all(found.servers.map(stopProcess));
  rmSync(lock, { force: true });
  return true;
}

/** Whether a start has the data folder now. */
export function isInUse(dataDir: string): boolean {
  const { lock } = dataFolder(dataDir);
  const found = readJson(lock, record);
  return found !== undefined && stateOf(found, lock).alive;
}

/** Undefined: the holder is on its way out. */
async function tryLock(dataDir: string, owner: number): Promise<DataLock | undefined> {
  const { lock: file } = dataFolder(dataDir);
  const found = readJson(file, record);
  if (found !== undefined) {
    const { alive, leaving } = stateOf(found, file);
    if (alive && leaving) return undefined;
    if (alive) throw new DataFolderInUseError(describe(dataDir, found));
    if (found.host === os.hostname()) await Promise.all(found.servers.map(stopProcess));
  }
  return hold(file, {
    host: os.hostname(),
    since: new Date().toISOString(),
    owner: processRef(owner),
    guardian: processRef(process.pid),
    stopping: false,
    servers: [],
  });
}

function stateOf(found: LockRecord, file: string): { readonly alive: boolean; readonly leaving: boolean } {
  if (found.host !== os.hostname()) {
    return { alive: Date.now() - statSync(file).mtimeMs < silenceMs, leaving: found.stopping };
  }
  return { alive: isRunning(found.guardian), leaving: found.stopping || !isRunning(found.owner) };
}

function hold(file: string, first: LockRecord): DataLock {
  let current = first;
  const update = (change: Partial<LockRecord>): void => {
    current = { ...current, ...change };
    writeJson(file, current);
  };
  update({});
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), beatMs);
  return {
    addServer: ({ pid, identity }) => update({ servers: [...current.servers, { pid, identity }] }),
    markStopping: () => update({ stopping: true }),
    release: () => {
      clearInterval(beat);
      rmSync(file, { force: true });
    },
  };
}

const describe = (dataDir: string, { host, owner, since }: LockRecord): string =>
  `${dataDir} is in use by process ${owner.pid}${host === os.hostname() ? '' : ` on ${host}`} since ${since}; ` +
  'stop that one, or set TSA_DATA_DIR to another folder';

/** Reading the lock and writing it are two steps; a start that was killed between them holds up the next for 10 s. */
async function oneAtATime<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const release = await lockfile.lock(dataDir, {
    lockfilePath: `${dataFolder(dataDir).lock}.taking`,
    stale: 10_000,
    retries: { retries: 200, minTimeout: 100, maxTimeout: 200 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
