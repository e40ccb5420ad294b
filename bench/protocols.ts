import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMailboxes } from '../src/worker/mailboxes/start-mailboxes.ts';
import { trustedCertificate } from '../test/support/certificate.ts';
import { dovecotPassword } from '../test/support/dovecot.ts';
import { tenant } from '../test/support/identity-provider.ts';
import { startMicrosoft } from '../test/support/microsoft.ts';
import { dispatched, emptied } from './agent.ts';
import { startChild } from './child.ts';
import { createInbox, deliver } from './inbox.ts';
import { cpuOf } from './processes.ts';
import type { Bench } from './servers.ts';
import type { BenchWorkerOptions } from './worker-entry.ts';

export interface ProtocolResult {
  readonly type: 'pop3' | 'imap4' | 'office365' | 'graph';
  readonly mails: number;
  /** From the start of the mailbox's workflow until each mail is handled and the inbox empty. */
  readonly seconds: number;
  /** Of the worker, seconds. */
  readonly cpu: number;
}

const applicationId = 'aaaaaaaa-0000-4000-8000-000000000007';
const WARM_UP = 20;
const SETTLING_MS = 5_000;

/**
 * The same mails through the four protocols, one after the other, by one worker. IMAP, POP3 and XOAUTH2 are one Dovecot; Graph is the fake of the
 * tests, in this process, so its figure tells what the agent needs and nothing of Microsoft's servers.
 */
export async function measureProtocols(bench: Bench, mails: number, seed: number): Promise<readonly ProtocolResult[]> {
  await using stack = new AsyncDisposableStack();
  const microsoft = await startMicrosoft();
  stack.defer(() => microsoft.stop());
  const { exchange, provider, graph, cloud } = microsoft;
  provider.applications.set(applicationId, { id: applicationId, secret: null });
  const authorities = path.join(bench.folder, 'authorities.pem');
  await writeFile(authorities, (await trustedCertificate()).cert);

  const worker = startChild(
    'worker-entry.ts',
    {
      databaseUrl: bench.databaseUrl,
      temporal: bench.temporal,
      secretKey: bench.secretKey.toString('base64'),
      ca: exchange.ca,
      cloud,
      logFile: path.join(bench.folder, 'protocols', 'operations.log'),
      workflowBundlePath: bench.workflowBundlePath,
    } satisfies BenchWorkerOptions,
    undefined,
    { NODE_EXTRA_CA_CERTS: authorities },
  );
  stack.defer(() => worker.end());
  await worker.message();

  const application = { applicationId, directoryId: tenant };
  const forms = {
    pop3: { type: 'pop3', mailServer: 'localhost', port: exchange.pop3sPort },
    imap4: { type: 'imap4', mailServer: 'localhost', port: exchange.imapsPort },
    office365: { type: 'office365', ...application },
    graph: { type: 'graph', ...application },
  } as const;
  const measure = async (type: ProtocolResult['type'], count: number, name: string): Promise<ProtocolResult> => {
    const login = `${name}-${type}@bench.test`;
    provider.users.set(login, dovecotPassword);
    await deliver(bench, login, { count, seed }, (to, mail) =>
      type === 'graph' ? graph.deliver(to, mail) : exchange.deliver(to, mail),
    );
    const mailboxId = await createInbox(bench, { ...forms[type], login });
    // The processes of the tickets before would be counted to these mails.
    await dispatched(bench);
    await sleep(SETTLING_MS);
    const [started, spent] = [performance.now(), cpuOf(worker.pid) ?? 0];
    await startMailboxes(bench.database.db, bench.client);
    await emptied(bench, mailboxId, count);
    return { type, mails: count, seconds: (performance.now() - started) / 1000, cpu: (cpuOf(worker.pid) ?? 0) - spent };
  };

  const results: ProtocolResult[] = [];
  for (const type of ['pop3', 'imap4', 'office365', 'graph'] as const) {
    await measure(type, WARM_UP, 'warm');
    results.push(await measure(type, mails, 'protocol'));
  }
  return results;
}
