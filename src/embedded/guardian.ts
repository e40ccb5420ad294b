/**
 * The process that owns the embedded servers. It has a process group of its own, so that Ctrl-C reaches its parent only,
 * which ends worker and API before their servers; and it stops the servers when the parent ends, by whatever cause.
 */
import { rmSync } from 'node:fs';
import process from 'node:process';
import { inspect } from 'node:util';
import { lockDataFolder, type DataLock } from './data/data-lock.ts';
import type { CheckedEmbeddedOptions } from './embedded-options.ts';
import { toGuardian, type FromGuardian } from './guardian-messages.ts';
import type { ServerProcess } from './processes/server-process.ts';
import { startServers } from './start-servers.ts';

/** Longer than the servers take to stop, or to be killed. */
const lastResortMs = 90_000;

const servers: ServerProcess[] = [];
const ending = new AbortController();
let lock: DataLock | undefined;
let starting: Promise<void> | undefined;
let throwAwayDir: string | undefined;

process.on('message', (message) => {
  const parsed = toGuardian.parse(message);
  if (parsed.type === 'start') starting = start(parsed.options);
  else void end();
});
process.once('disconnect', () => void end());
process.once('SIGTERM', () => void end());
process.once('uncaughtException', (error) => void fail(error));
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);

async function start(options: CheckedEmbeddedOptions): Promise<void> {
  const context = { onProgress: (text: string) => tell({ type: 'progress', text }), signal: ending.signal };
  try {
    lock = await lockDataFolder(options.dataDir, process.ppid, context);
    if (options.throwAway) throwAwayDir = options.dataDir;
    tell({ type: 'ready', addresses: await startServers(options, { ...context, onStarted: watch }) });
  } catch (error) {
    // Not awaited: the end waits for the start.
    if (!ending.signal.aborted) void fail(error);
  }
}

function watch(server: ServerProcess): void {
  servers.push(server);
  lock?.addServer(server.ref);
  void server.ended.then((how) => {
    if (!ending.signal.aborted) void fail(new Error(how));
  });
}

async function fail(error: unknown): Promise<void> {
  note(error);
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  tell({ type: 'failed', name, message });
  await end(1);
}

/** Ends the process whatever fails on the way: a guardian that stayed would keep the servers for ever. */
async function end(code = 0): Promise<void> {
  if (ending.signal.aborted) return;
  ending.abort(new Error('stopped'));
  setTimeout(() => process.exit(1), lastResortMs).unref();
  try {
    lock?.markStopping();
    await starting;
  } catch (error) {
    note(error);
  }
  for (const result of await Promise.allSettled(servers.map((server) => server.stop()))) {
    if (result.status === 'rejected') note(result.reason);
  }
  try {
    lock?.release();
    if (throwAwayDir !== undefined) rmSync(throwAwayDir, { recursive: true, force: true });
  } catch (error) {
    note(error);
  }
  process.exit(code);
}

/** Into the log that the parent gave as standard error. */
function note(error: unknown): void {
  process.stderr.write(`${new Date().toISOString()} ${inspect(error)}\n`);
}

function tell(message: FromGuardian): void {
  // Nobody may be left to hear it.
  if (process.connected) process.send?.(message, () => undefined);
}
