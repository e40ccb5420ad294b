import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dataFolder } from './data/data-folder.ts';
import { DataFolderInUseError, stopLeftovers } from './data/data-lock.ts';
import type { EmbeddedOptions } from './embedded-options.ts';
import { fromGuardian, type StartedAddresses, type ToGuardian } from './guardian-messages.ts';

export interface EmbeddedServers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Undefined when the Temporal server is not ours. */
  readonly temporalUiUrl: string | undefined;
  /** Resolves when a server, or their guardian, ended by itself; the others are stopped then. Never rejects. */
  readonly lost: Promise<Error>;
  /** Stops the servers cleanly. */
  stop(): Promise<void>;
}

/**
 * Runs PostgreSQL and Temporal for one machine in the data folder, each only if it has no address. They end with `stop`,
 * and with this process, even if it is killed. Throws DataFolderInUseError when another start has the folder; `signal`
 * gives up a start, which may take minutes the first time.
 */
export async function startEmbedded(
  options: EmbeddedOptions,
  onProgress: (text: string) => void,
  signal?: AbortSignal,
): Promise<EmbeddedServers> {
  const { databaseUrl, temporalAddress, dataDir } = options;
  if (databaseUrl !== undefined && temporalAddress !== undefined) return withoutServers(databaseUrl, temporalAddress);
  signal?.throwIfAborted();
  const guardian = forkGuardian(dataDir);
  const ended = endOf(guardian, options);
  const stop = async (): Promise<void> => {
    send(guardian, { type: 'stop' });
    await ended;
  };
  const abort = () => send(guardian, { type: 'stop' });
  signal?.addEventListener('abort', abort);
  try {
    const { addresses, failed } = listen(guardian, ended, onProgress);
    send(guardian, { type: 'start', options });
    const started = await addresses;
    return {
      databaseUrl: known(started.databaseUrl ?? databaseUrl),
      temporalAddress: known(started.temporalAddress ?? temporalAddress),
      temporalUiUrl: started.temporalUiUrl,
      lost: failed,
      stop,
    };
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function withoutServers(databaseUrl: string, temporalAddress: string): EmbeddedServers {
  const { promise: lost } = Promise.withResolvers<Error>();
  return { databaseUrl, temporalAddress, temporalUiUrl: undefined, lost, stop: () => Promise.resolve() };
}

function forkGuardian(dataDir: string): ChildProcess {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const log = openSync(dataFolder(dataDir).log, 'a', 0o600);
  const module = new URL('guardian.ts', import.meta.url);
  try {
    return fork(module, { detached: true, execArgv: [], stdio: ['ignore', log, log, 'ipc'] });
  } finally {
    closeSync(log);
  }
}

/** Resolves with words when the guardian has ended, and nothing that it ran is left. */
async function endOf(guardian: ChildProcess, { dataDir, throwAway }: EmbeddedOptions): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  guardian.once('error', (error) => resolve(`could not be started: ${error.message}`));
  guardian.once('exit', (code, killed) =>
    resolve(killed === null ? `ended with code ${code ?? '?'}` : `was ended by ${killed}`),
  );
  const how = await promise;
  const wasKilled = await stopLeftovers(dataDir);
  if (wasKilled && throwAway === true) rmSync(dataDir, { recursive: true, force: true });
  return `the guardian of the embedded servers ${how}; see ${dataFolder(dataDir).log}`;
}

function listen(guardian: ChildProcess, ended: Promise<string>, onProgress: (text: string) => void) {
  const ready = Promise.withResolvers<StartedAddresses>();
  const failed = Promise.withResolvers<Error>();
  guardian.on('message', (received) => {
    const message = fromGuardian.parse(received);
    if (message.type === 'progress') onProgress(message.text);
    else if (message.type === 'ready') ready.resolve(message.addresses);
    else failed.resolve(errorOf(message));
  });
  void ended.then((how) => failed.resolve(new Error(how)));
  void failed.promise.then((error) => ready.reject(error));
  return { addresses: ready.promise, failed: failed.promise };
}

const errorOf = ({ name, message }: { readonly name: string; readonly message: string }): Error =>
  name === 'DataFolderInUseError' ? new DataFolderInUseError(message) : new Error(message);

function send(guardian: ChildProcess, message: ToGuardian): void {
  if (guardian.connected) guardian.send(message, () => undefined);
}

function known(address: string | undefined): string {
  if (address === undefined) throw new Error('the guardian started a server without an address');
  return address;
}
