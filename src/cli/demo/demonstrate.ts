import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { readConfig, type Config } from '../../config/config.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { createKeys } from '../../config/keys.ts';
import { loadSamples } from '../../demo/samples.ts';
import { playApproval } from '../../demo/approval.ts';
import { startDemoMailServer, type DemoMailServer } from '../../demo/mail-server.ts';
import { frontDeskAddress, supportAddress } from '../../demo/mails.ts';
import { becomesTrue, createDemoMailbox, play } from '../../demo/play.ts';
import { isAsExpected, resultTable, type DemoResult } from '../../demo/table.ts';
import { startMailboxes } from '../../worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../worker/temporal/temporal-client.ts';
import { ticketStatusQuery, ticketWorkflowId } from '../../workflows/processes/ticket.messages.ts';
import { printLine, printProgress } from '../shared/print.ts';
import type { ServiceContext } from '../run/run-service.ts';
import { startAll, type RunningService } from '../run/start-all.ts';

/** How long the mails may take altogether. */
const patienceMs = 180_000;

/** Starts it all, plays the sample mails and prints what became of them. `failures`: what did not end as expected. */
export async function demonstrate(
  context: ServiceContext,
): Promise<{ readonly running: RunningService; readonly failures: number }> {
  const { signal, closers } = context;
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'tsa-demo-'));
  closers.add(() => rm(dataDir, { recursive: true, force: true }));
  const password = randomBytes(12).toString('base64url');
  const mailServer = await startDemoMailServer({ address: supportAddress, password });
  closers.add(() => mailServer.stop());

  const config = demoConfig(dataDir, mailServer);
  const keys = createKeys(config, { hasData: false });
  const running = await startAll(config, keys, { throwAway: true }, context);
  const { database, secretBox, temporal } = running.parts;
  await loadSamples(database.db);
  const mailbox = await createDemoMailbox(database.db, secretBox, mailServer, password);
  const client = await connectTemporal(temporal);
  closers.add(() => client.connection.close());
  await startMailboxes(database.db, client);

  const ended = new AbortController();
  void running.lost.then(() => ended.abort());
  const patience = AbortSignal.any([signal, ended.signal, AbortSignal.timeout(patienceMs)]);
  const results = await play({
    db: database.db,
    mailServer,
    mailboxId: mailbox.id,
    onProgress: printProgress,
    signal: patience,
  });
  const checks = await checkOutside(results, mailServer, client, patience);
  const approval = await playApproval({
    db: database.db,
    mailServer,
    mailboxId: mailbox.id,
    onProgress: printProgress,
    signal: patience,
  });
  signal.throwIfAborted();
  printLine(`\n${resultTable(results)}\n`);
  for (const { ok, text } of checks) printLine(`${ok ? '✓' : '✗'}  ${text}`);
  printLine('\nA service request that needs two approvals:');
  for (const { ok, text } of approval) printLine(`${ok ? '✓' : '✗'}  ${text}`);
  printLine(`\n${addresses(running, keys.adminToken)}`);
  const failures = [...results.map(isAsExpected), ...[...checks, ...approval].map(({ ok }) => ok)].filter(
    (ok) => !ok,
  ).length;
  return { running, failures };
}

/** Nothing of the user's environment but ports: the demo touches no real server. */
function demoConfig(dataDir: string, { smtpUrl }: DemoMailServer): Config {
  const { TSA_HOST, TSA_PORT, TSA_POSTGRES_PORT, TSA_TEMPORAL_PORT, TSA_TEMPORAL_UI_PORT } = readEnvironment();
  return readConfig({
    TSA_HOST,
    TSA_PORT: TSA_PORT ?? '0',
    TSA_POSTGRES_PORT,
    TSA_TEMPORAL_PORT,
    TSA_TEMPORAL_UI_PORT,
    TSA_DATA_DIR: dataDir,
    TSA_TIME_ZONE: 'Europe/Paris',
    SMTP_URL: smtpUrl,
    TSA_MAIL_HOSTS: 'localhost',
  });
}

interface Check {
  readonly ok: boolean;
  readonly text: string;
}

/** What the ledger does not tell: other servers' view. */
async function checkOutside(
  results: readonly DemoResult[],
  mailServer: DemoMailServer,
  client: Client,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const number = results[0]?.entry?.ticketNumber ?? 'none';
  let state = 'unknown';
  const isSolved = async (): Promise<boolean> => {
    const handle = client.workflow.getHandle(ticketWorkflowId(number));
    // The dispatcher starts it a moment after the mail is handled.
    ({ state } = await handle.query(ticketStatusQuery).catch(() => ({ state })));
    return state === 'solved';
  };
  return [
    { ok: await becomesTrue(isSolved, signal), text: `the process of ${number} in Temporal knows that it is ${state}` },
    {
      ok: await becomesTrue(() => mailServer.sent.some(({ to }) => to === frontDeskAddress), signal),
      text: `the unknown sender's mail was handed on to ${frontDeskAddress}`,
    },
    { ok: mailServer.inboxSize() === 0, text: 'the inbox is empty' },
  ];
}

const addresses = ({ apiUrl, temporalUiUrl }: RunningService, adminToken: string): string =>
  [
    `API           ${apiUrl}/api/v1/messages`,
    `admin page    ${apiUrl}`,
    `documentation ${apiUrl}/docs`,
    `admin token   ${adminToken}`,
    ...(temporalUiUrl === undefined ? [] : [`Temporal      ${temporalUiUrl}`]),
  ].join('\n');
