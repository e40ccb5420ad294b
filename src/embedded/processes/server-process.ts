import { spawn, type SpawnOptions } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processRef, type ProcessRef } from './process-identity.ts';
import { stopProcess } from './stop-process.ts';

export interface ServerProcess {
  readonly ref: ProcessRef;
  /** Resolves when it has ended, with words that say how and the end of its log; never rejects. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** What it prints; the log of the run before is kept as `.old`. */
  readonly logFile: string;
  readonly options: Pick<SpawnOptions, 'env' | 'uid' | 'gid'>;
  /** A folder that it gets as descriptor 3. */
  readonly folder?: number | undefined;
}

export function spawnServer(command: ServerCommand): ServerProcess {
  if (existsSync(command.logFile)) renameSync(command.logFile, `${command.logFile}.old`);
  const log = openSync(command.logFile, 'a', 0o600);
  const child = spawn(command.file, command.args, {
    ...command.options,
    cwd: '/',
    stdio: ['ignore', log, log, ...(command.folder === undefined ? [] : [command.folder])],
  });
  closeSync(log);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const end = (how: string) =>
    resolve(`${command.name} ${how}. The end of ${command.logFile}:\n${tail(command.logFile)}`);
  child.once('error', (error) => end(`could not be started: ${error.message}`));
  child.once('exit', (code, signal) =>
    end(signal === null ? `ended with code ${code ?? '?'}` : `was ended by ${signal}`),
  );
  if (child.pid === undefined) throw new Error(`${command.name} could not be started: ${command.file}`);
  const ref = processRef(child.pid);
  return { ref, ended, stop: () => Promise.all([stopProcess(ref), ended]).then(() => undefined) };
}

/**
 * Waits until `probe` stops throwing. Throws when the server ends, when `signal` aborts, or after `limitMs`
 * with the last error of the probe; the server is stopped then.
 */
export async function untilReady(
  server: ServerProcess,
  probe: () => Promise<void>,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<void> {
  const deadline = Date.now() + limitMs;
  let end: string | undefined;
  void server.ended.then((how) => (end = how));
  try {
    for (;;) {
      signal.throwIfAborted();
      if (end !== undefined) throw new Error(end);
      try {
        await probe();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await sleep(100, undefined, { signal });
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Never throws: that a server has ended must be known even when its folder is gone. */
function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch (error) {
    return String(error);
  }
}
