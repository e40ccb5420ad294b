import { randomBytes } from 'node:crypto';
import { cacheDir } from '../config/cache-dir.ts';
import { dataFolder, readState, writeState, type EmbeddedState } from './data/data-folder.ts';
import type { CheckedEmbeddedOptions } from './embedded-options.ts';
import type { StartedAddresses } from './guardian-messages.ts';
import { choosePorts } from './processes/ports.ts';
import { startPostgres } from './postgres/postgres.ts';
import type { ServerProcess } from './processes/server-process.ts';
import { findTemporalProgram } from './temporal/temporal-program.ts';
import { startTemporal } from './temporal/temporal.ts';

export interface StartContext {
  readonly onProgress: (text: string) => void;
  /** Told of each server as soon as its process runs. */
  readonly onStarted: (server: ServerProcess) => void;
  readonly signal: AbortSignal;
}

/** Starts what has no address. Throws when one cannot be had: stopping what was started is the caller's. */
export async function startServers(options: CheckedEmbeddedOptions, context: StartContext): Promise<StartedAddresses> {
  const last = readState(options.dataDir);
  const state = {
    postgresPassword: last?.postgresPassword ?? randomBytes(18).toString('base64url'),
    ports: await choosePorts(options.ports, last?.ports),
  };
  writeState(options.dataDir, state);
  const first = new AbortController();
  const both: StartContext = { ...context, signal: AbortSignal.any([context.signal, first.signal]) };
  const starts = [startDatabase, startWorkflowServer].map(async (start) => {
    try {
      return await start(options, state, both);
    } catch (error) {
      // The other one may be at a build of minutes.
      first.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(starts);
  first.signal.throwIfAborted();
  const [database = {}, workflowServer = {}] = await Promise.all(starts);
  return { ...database, ...workflowServer };
}

async function startDatabase(
  { dataDir, databaseUrl, throwAway }: CheckedEmbeddedOptions,
  { postgresPassword, ports }: EmbeddedState,
  context: StartContext,
): Promise<StartedAddresses> {
  if (databaseUrl !== undefined) return {};
  return {
    databaseUrl: await startPostgres({
      ...context,
      folder: dataFolder(dataDir).postgres,
      port: ports.postgres,
      password: postgresPassword,
      durable: !throwAway,
    }),
  };
}

async function startWorkflowServer(
  { dataDir, temporalAddress, namespace, searchAttributes, fastTimers }: CheckedEmbeddedOptions,
  { ports }: EmbeddedState,
  context: StartContext,
): Promise<StartedAddresses> {
  if (temporalAddress !== undefined) return {};
  await startTemporal({
    ...context,
    program: await findTemporalProgram({ ...context, cacheDir: cacheDir() }),
    folder: dataFolder(dataDir).temporal,
    port: ports.temporal,
    uiPort: ports.temporalUi,
    namespace,
    searchAttributes,
    fastTimers,
  });
  return {
    temporalAddress: `127.0.0.1:${ports.temporal}`,
    temporalUiUrl: `http://127.0.0.1:${ports.temporalUi}`,
  };
}
