import { randomBytes, randomUUID } from 'node:crypto';
import { count, eq, isNull } from 'drizzle-orm';
import { expect, inject } from 'vitest';
import { connect, type Database } from '../../src/db/shared/connect.ts';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { loadSamples } from '../../src/demo/samples.ts';
import {
  actions,
  categories,
  documents,
  messages,
  operationLog,
  outbox,
  tickets,
  workflowOutbox,
} from '../../src/db/schema/index.ts';
import { createSecretBox } from '../../src/db/mailboxes/secrets.ts';
import { updateSettings } from '../../src/db/settings/settings.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { ticketWorkflowId } from '../../src/workflows/processes/ticket.messages.ts';
import { eventually } from '../support/agent.ts';
import { createTestDatabase } from '../support/database.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { formOf } from '../support/mailbox.ts';
import { mail } from '../support/mime.ts';
import { createTestNamespace } from '../support/namespace.ts';
import { startChildWorker, type ChildWorker, type ChildWorkerOptions } from '../support/worker-process.ts';

export type Protocol = 'imap4' | 'pop3';
export const protocols: readonly Protocol[] = ['imap4', 'pop3'];

/** Read three at a time, so that a fault in the first batch leaves one to come. */
const BATCH = 3;
const TICKETS = 5;

/** For one scenario with others beside it, also on a busy machine; alone it takes twenty, ten of which the silence of a dead worker. */
const SECONDS = 180;
/** Of a test, ms: to be given to vitest. */
export const scenarioTimeout = (SECONDS + 120) * 1_000;

export interface Scenario {
  readonly databaseUrl: string;
  /** Starts a worker on it; what is given stands in for the scenario's own. Ended with the scenario at the latest. */
  start(options?: Partial<ChildWorkerOptions>): ChildWorker;
  /** Waits for the end of all work, then counts: nothing is lost, nothing is there twice, nothing is left. */
  expectExactlyOnce(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A database, a Temporal namespace and an inbox with five mails that become tickets, every other one with a document, and one from a
 * stranger, which is redirected. Each mail carries a token of its own.
 */
export async function createScenario(
  protocol: Protocol,
  workflowBundlePath: string,
  ownTemporal?: ChildWorkerOptions['temporal'],
): Promise<Scenario> {
  const [testDatabase, temporal] = await Promise.all([createTestDatabase(), ownTemporal ?? createTestNamespace()]);
  const database = connect(testDatabase.url, { max: 2 });
  const secretKey = randomBytes(32);
  const login = `faults-${randomUUID()}@example.test`;
  const tokens = Array.from({ length: TICKETS }, () => `token-${randomUUID()}`);
  await fillInbox(login, tokens);
  await configure(database, secretKey, protocol, login);

  const workers: ChildWorker[] = [];
  return {
    databaseUrl: testDatabase.url,
    start(options) {
      const worker = startChildWorker({
        databaseUrl: testDatabase.url,
        temporal,
        secretKey: secretKey.toString('base64'),
        workflowBundlePath,
        ...options,
      });
      workers.push(worker);
      return worker;
    },
    async expectExactlyOnce() {
      await untilDone(database).catch(async (error: unknown) => {
        await Promise.all(workers.map((worker) => worker.end()));
        console.error((await Promise.all(workers.map(({ complaints }) => complaints))).join('\n'));
        throw error;
      });
      expect(await openDovecot(inject('dovecot')).messages(login)).toEqual([]);
      await expectLedger(database, tokens);
      await expectProcesses(database, temporal);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.end()));
      await database.close();
      await testDatabase.drop();
    },
  };
}

async function fillInbox(login: string, tokens: readonly string[]): Promise<void> {
  const dovecot = openDovecot(inject('dovecot'));
  for (const [index, token] of tokens.entries()) {
    const headers = ['From: fleblanc@aef.com', `Subject: ${token}`, `Message-ID: <${token}@aef.com>`];
    await dovecot.deliver(login, index % 2 === 0 ? withDocument(headers, token) : mail(headers));
    if (index === 1) await dovecot.deliver(login, mail(['From: stranger@elsewhere.test', 'Subject: who am I']));
  }
}

const withDocument = (headers: readonly string[], token: string): Buffer =>
  mail(
    [...headers, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"'],
    [
      ...['--b', 'Content-Type: text/plain', '', 'see the file'],
      ...['--b', 'Content-Type: text/plain', 'Content-Disposition: attachment; filename="log.txt"', '', token],
      '--b--',
    ].join('\n'),
  );

async function configure({ db }: Database, secretKey: Buffer, type: Protocol, login: string): Promise<void> {
  await loadSamples(db);
  const [category] = await db.select({ id: categories.id }).from(categories).where(eq(categories.code, 'GENERAL'));
  const { imapPort, pop3Port, host } = inject('dovecot');
  const form = formOf({
    type,
    login,
    mailServer: host,
    port: type === 'imap4' ? imapPort : pop3Port,
    sslTls: false,
    defaultCategoryId: category?.id ?? 0,
    redirectUnknownEmailsTo: 'servicedesk@aef.com',
    readIntervalMinutes: 0.02,
  });
  await createMailbox(db, createSecretBox([secretKey]), { ...form, password: dovecotPassword });
  await updateSettings(db, {
    batchMaxMessages: BATCH,
    supportReturnEmailAddress: login,
    answersPerHour: 1_000,
  });
}

/** All mails are handled and out of the inbox, and Temporal knows of all tickets. */
async function untilDone({ db }: Database): Promise<void> {
  await eventually(
    'all is handled, removed and dispatched',
    async () => {
      const rows = await db.select({ removedAt: messages.removedAt }).from(messages);
      const [undispatched] = await db
        .select({ n: count() })
        .from(workflowOutbox)
        .where(isNull(workflowOutbox.dispatchedAt));
      const removed = rows.filter(({ removedAt }) => removedAt !== null).length;
      return (removed === rows.length && removed > TICKETS && undispatched?.n === 0) || undefined;
    },
    SECONDS,
  );
}

async function expectLedger({ db }: Database, tokens: readonly string[]): Promise<void> {
  const ledger = await db.select().from(messages).orderBy(messages.id);
  const opened = await db.select().from(tickets).orderBy(tickets.id);
  expect(opened.map(({ title }) => title)).toEqual(tokens);
  expect(ledger.map(({ disposition, ticketNumber, attempts }) => ({ disposition, ticketNumber, attempts }))).toEqual(
    ledger.map(({ fromAddress }, index) =>
      fromAddress === 'stranger@elsewhere.test'
        ? { disposition: 'redirected', ticketNumber: null, attempts: 0 }
        : { disposition: 'created', ticketNumber: opened[index < 2 ? index : index - 1]?.number, attempts: 0 },
    ),
  );
  expect(ledger).toHaveLength(tokens.length + 1);

  const stored = await db.select().from(documents).orderBy(documents.ticketId);
  expect(stored.map(({ ticketId, name }) => ({ ticketId, name }))).toEqual(
    opened.filter((_, index) => index % 2 === 0).map(({ id }) => ({ ticketId: id, name: 'log.txt' })),
  );
  const acted = await db.select().from(actions).orderBy(actions.ticketId);
  const ofKind = (kind: string) => acted.filter((action) => action.kind === kind).map(({ ticketId }) => ticketId);
  expect(ofKind('registration')).toEqual(opened.map(({ id }) => id));
  // Its process gives a ticket to its group, in its own time and once.
  expect(ofKind('assignment')).toEqual([...new Set(ofKind('assignment'))]);
  const sent = await db.select().from(outbox).orderBy(outbox.ticketId);
  expect(sent.filter(({ kind }) => kind === 'redirect').map(({ toAddress }) => toAddress)).toEqual([
    'servicedesk@aef.com',
  ]);
  expect(sent.filter(({ kind }) => kind === 'acknowledgement').map(({ ticketId }) => ticketId)).toEqual(
    opened.map(({ id }) => id),
  );
  const assigned = sent.filter(({ kind }) => kind === 'assignment').map(({ ticketId }) => ticketId);
  expect(assigned).toEqual([...new Set(assigned)]);
  const logged = await db.select().from(operationLog).orderBy(operationLog.messageId);
  expect(logged.filter(({ messageId }) => messageId !== null).map(({ messageId }) => messageId)).toEqual(
    ledger.map(({ id }) => id),
  );
}

async function expectProcesses({ db }: Database, temporal: ChildWorkerOptions['temporal']): Promise<void> {
  const opened = await db.select({ number: tickets.number }).from(tickets).orderBy(tickets.id);
  const told = await db.select().from(workflowOutbox).orderBy(workflowOutbox.id);
  // A worker that starts has processes started whose start Temporal does not list yet: a ticket may be named twice, and has one.
  expect([...new Set(told.map(({ kind, ticketNumber }) => `${kind} ${ticketNumber}`))]).toEqual(
    opened.map(({ number }) => `start_ticket ${number}`),
  );
  const client = await connectTemporal(temporal);
  try {
    for (const { number } of opened) {
      const { status } = await client.workflow.getHandle(ticketWorkflowId(number)).describe();
      expect(status.name).toBe('RUNNING');
    }
  } finally {
    await client.connection.close();
  }
}
