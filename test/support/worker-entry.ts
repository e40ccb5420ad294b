import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { failAt, killAt, noFailpoint, type Failpoint } from '../../src/activities/shared/failpoint.ts';
import { connect } from '../../src/db/shared/connect.ts';
import { createSecretBox } from '../../src/db/mailboxes/secrets.ts';
import { startWorker } from '../../src/worker/worker.ts';
import type { ChildWorkerOptions, FaultAt } from './worker-process.ts';
import { localMailHosts } from './mailbox.ts';

/** The worker as a process of its own; its options are JSON in the first argument. It goes when its parent does. */
async function main(options: ChildWorkerOptions): Promise<void> {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const worker = await startWorker({
    database: connect(options.databaseUrl),
    secretBox: createSecretBox([Buffer.from(options.secretKey, 'base64')]),
    temporal: options.temporal,
    timeZone: 'Europe/Paris',
    dateFormat: 'dd/MM/yyyy',
    smtpUrl: undefined,
    ca: undefined,
    mailHosts: localMailHosts,
    logFile: { file: '', type: 'lt_None' },
    logger: pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true })),
    failpoint: failpointOf(options.fault),
    workflowBundlePath: options.workflowBundlePath,
  });
  worker.failed.catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}

function failpointOf(fault: FaultAt | undefined): Failpoint {
  switch (fault?.act) {
    case undefined:
      return noFailpoint;
    case 'kill':
      return killAt(fault.name, fault.occurrence);
    case 'freeze':
      return failAt(fault.name, fault.occurrence, () => {
        writeSync(1, 'frozen\n'); // at once, unlike a message to the parent: nothing runs after the next line
        process.kill(process.pid, 'SIGSTOP');
      });
  }
}

await main(JSON.parse(process.argv[2] ?? '') as ChildWorkerOptions);
