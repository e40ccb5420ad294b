import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migrate } from '../../src/db/system/migrate.ts';
import { choosePorts } from '../../src/embedded/processes/ports.ts';
import { startPostgres } from '../../src/embedded/postgres/postgres.ts';
import type { ServerProcess } from '../../src/embedded/processes/server-process.ts';

export interface OwnPostgres {
  /** Of a migrated database. */
  readonly url: string;
  /** As `pg_ctl stop -m immediate`: no goodbye, and recovery at the next start. */
  stopImmediately(): Promise<void>;
  /** On the same data and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A PostgreSQL server that a test may hurt. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-postgres-'));
  const { postgres: port } = await choosePorts({});
  let server: ServerProcess | undefined;
  const start = (): Promise<string> =>
    startPostgres({
      ...{ folder, port, password: 'password', durable: true },
      onProgress: () => undefined,
      onStarted: (started) => (server = started),
      signal: new AbortController().signal,
    });
  const url = await start();
  await migrate(url);
  return {
    url,
    async stopImmediately() {
      if (server !== undefined) process.kill(server.ref.pid, 'SIGQUIT');
      await server?.ended;
    },
    async start() {
      await start();
    },
    async stop() {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
