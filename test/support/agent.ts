import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { restore } from '../../src/db/system/backup.ts';
import { connect, type Database } from '../../src/db/shared/connect.ts';
import { loadSamples } from '../../src/demo/samples.ts';
import { createSecretBox, type SecretBox } from '../../src/db/mailboxes/secrets.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../src/worker/worker.ts';
import { createTestDatabase } from './database.ts';
import { createTestNamespace } from './namespace.ts';
import { localMailHosts } from './mailbox.ts';

export interface TestAgent {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly worker: RunningWorker;
  stop(): Promise<void>;
}

/** A worker in this process, on a database with the samples, or a restored backup, and an empty Temporal namespace of its own. */
export async function startTestAgent(
  options: Partial<
    Pick<WorkerOptions, 'smtpUrl' | 'ca' | 'cloud' | 'workflowBundlePath' | 'metricsAddress' | 'tracing'>
  > = {},
  backup?: { readonly folder: string; readonly secretBox: SecretBox },
): Promise<TestAgent> {
  const testDatabase = await createTestDatabase();
  const database = connect(testDatabase.url);
  await (backup === undefined ? loadSamples(database.db) : restore(testDatabase.url, backup.folder));
  const secretBox = backup?.secretBox ?? createSecretBox([randomBytes(32)]);
  const temporal = await createTestNamespace();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-agent-'));
  const worker = await startWorker({
    database,
    secretBox,
    temporal,
    timeZone: 'Europe/Paris',
    dateFormat: 'dd/MM/yyyy',
    smtpUrl: undefined,
    ca: undefined,
    mailHosts: localMailHosts,
    logFile: { file: path.join(folder, 'operations.log'), type: 'lt_All' },
    logger: pino({ level: 'warn' }),
    ...options,
  });
  return {
    databaseUrl: testDatabase.url,
    database,
    secretBox,
    temporal,
    worker,
    async stop() {
      await worker.stop();
      await database.close();
      await testDatabase.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks again until there is an answer; throws with `what` after 60 s, or the seconds given. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const until = Date.now() + seconds * 1_000;
  while (Date.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  throw new Error(`not within ${seconds} seconds: ${what}`);
}
