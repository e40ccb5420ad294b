import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Client } from '@temporalio/client';
import { connect, type Database } from '../src/db/shared/connect.ts';
import { migrate } from '../src/db/system/migrate.ts';
import { loadSamples } from '../src/demo/samples.ts';
import { createSecretBox, type SecretBox } from '../src/db/mailboxes/secrets.ts';
import { startEmbedded } from '../src/embedded/embedded.ts';
import { connectTemporal, type TemporalAddress } from '../src/worker/temporal/temporal-client.ts';
import { searchAttributeTypes } from '../src/workflows/shared/search-attributes.ts';
import { startDovecot, type Dovecot } from '../test/support/dovecot.ts';
import { bundleToFile } from '../test/support/worker-process.ts';

/** All that a measurement stands on. */
export interface Bench {
  readonly dovecot: Dovecot;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly secretKey: Buffer;
  readonly secretBox: SecretBox;
  readonly temporal: TemporalAddress;
  readonly client: Client;
  readonly workflowBundlePath: string;
  /** For files of the workers; gone afterwards. */
  readonly folder: string;
}

/** Runs `work` on a Dovecot, a PostgreSQL and a Temporal of its own; nothing of them is left. `durable`: with fsync, as in production. */
export async function withBench(durable: boolean, work: (bench: Bench) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-bench-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const dovecot = await startDovecot();
  stack.defer(() => dovecot.stop());
  const embedded = await startEmbedded(
    {
      dataDir: path.join(folder, 'servers'),
      namespace: 'default',
      searchAttributes: searchAttributeTypes,
      throwAway: !durable,
    },
    (text) => console.log(text),
  );
  stack.defer(() => embedded.stop());
  await migrate(embedded.databaseUrl);
  const database = connect(embedded.databaseUrl);
  stack.defer(() => database.close());
  await loadSamples(database.db);
  const temporal = { address: embedded.temporalAddress, namespace: 'default' };
  const client = await connectTemporal(temporal);
  stack.defer(() => client.connection.close());
  const bundle = await bundleToFile();
  stack.defer(() => bundle.remove());
  const secretKey = randomBytes(32);
  await work({
    dovecot,
    databaseUrl: embedded.databaseUrl,
    database,
    secretKey,
    secretBox: createSecretBox([secretKey]),
    temporal,
    client,
    workflowBundlePath: bundle.path,
    folder,
  });
}
