import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheDir } from '../../src/config/cache-dir.ts';
import { choosePorts } from '../../src/embedded/processes/ports.ts';
import type { ServerProcess } from '../../src/embedded/processes/server-process.ts';
import { findTemporalProgram } from '../../src/embedded/temporal/temporal-program.ts';
import { startTemporal } from '../../src/embedded/temporal/temporal.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/search-attributes.ts';

export interface OwnTemporal {
  readonly address: string;
  /** Ends the server with SIGKILL and starts it again on the same data and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A Temporal server that a test may hurt. */
export async function startOwnTemporal(): Promise<OwnTemporal> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-temporal-'));
  const ports = await choosePorts({});
  const { signal } = new AbortController();
  const program = await findTemporalProgram({ cacheDir: cacheDir(), onProgress: () => undefined, signal });
  let server: ServerProcess | undefined;
  const start = (): Promise<void> =>
    startTemporal({
      program,
      folder,
      port: ports.temporal,
      uiPort: ports.temporalUi,
      namespace: 'default',
      searchAttributes: searchAttributeTypes,
      fastTimers: true,
      onStarted: (started) => (server = started),
      signal,
    });
  await start();
  return {
    address: `127.0.0.1:${ports.temporal}`,
    restart: async () => {
      if (server !== undefined) process.kill(server.ref.pid, 'SIGKILL');
      await server?.ended;
      await start();
    },
    stop: async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
