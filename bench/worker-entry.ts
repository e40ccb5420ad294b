import { pino } from 'pino';
import { connect } from '../src/db/shared/connect.ts';
import { createSecretBox } from '../src/db/mailboxes/secrets.ts';
import type { MicrosoftCloud } from '../src/mail/microsoft/microsoft-cloud.ts';
import { startWorker } from '../src/worker/worker.ts';
import { localMailHosts } from '../test/support/mailbox.ts';

export interface BenchWorkerOptions {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Base64 of 32 octets. */
  readonly secretKey: string;
  readonly ca: string;
  readonly cloud?: MicrosoftCloud;
  readonly logFile: string;
  readonly workflowBundlePath: string;
}

/** The worker as it runs for a company, in a process of its own; its options are JSON in the first argument. Ends with its parent. */
async function main(options: BenchWorkerOptions): Promise<void> {
  const database = connect(options.databaseUrl);
  const worker = await startWorker({
    database,
    secretBox: createSecretBox([Buffer.from(options.secretKey, 'base64')]),
    temporal: options.temporal,
    timeZone: 'Europe/Paris',
    dateFormat: 'dd/MM/yyyy',
    smtpUrl: undefined,
    ca: options.ca,
    mailHosts: localMailHosts,
    ...(options.cloud !== undefined && { cloud: options.cloud }),
    logFile: { file: options.logFile, type: 'lt_All' },
    logger: pino({ level: 'warn' }),
    workflowBundlePath: options.workflowBundlePath,
  });
  process.once('disconnect', () => {
    // A clean end: the profiler writes then.
    void worker
      .stop()
      .then(() => database.close())
      .then(() => process.exit());
  });
  process.send?.('ready');
}

await main(JSON.parse(process.argv[2] ?? '') as BenchWorkerOptions);
