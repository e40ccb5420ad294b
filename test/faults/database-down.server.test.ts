import { randomBytes, randomUUID } from 'node:crypto';
import { eq, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect, type Database } from '../../src/db/shared/connect.ts';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { loadSamples } from '../../src/demo/samples.ts';
import { categories, messages, tickets, workflowOutbox } from '../../src/db/schema/index.ts';
import { createSecretBox } from '../../src/db/mailboxes/secrets.ts';
import { updateSettings } from '../../src/db/settings/settings.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { mailboxWorkflowId } from '../../src/workflows/mailboxes/mailbox.messages.ts';
import { searchAttributes } from '../../src/workflows/shared/search-attributes.ts';
import { ticketWorkflowId } from '../../src/workflows/processes/ticket.messages.ts';
import { eventually } from '../support/agent.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { formOf } from '../support/mailbox.ts';
import { mail } from '../support/mime.ts';
import { createTestNamespace } from '../support/namespace.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts';
import { requires } from '../support/requires.ts';
import { bundleToFile, type ChildWorker, startChildWorker } from '../support/worker-process.ts';

const before = 180;
const meanwhile = 20;
/** Handled when PostgreSQL stops: well within the flow. */
const handledAtStop = 40;

requires('dovecot')('a PostgreSQL that stops at once while mails flow', () => {
  let postgres: OwnPostgres;
  let database: Database;
  let bundle: Awaited<ReturnType<typeof bundleToFile>>;
  let worker: ChildWorker | undefined;
  beforeAll(async () => {
    [postgres, bundle] = await Promise.all([startOwnPostgres(), bundleToFile()]);
    database = connect(postgres.url, { max: 2 });
    await loadSamples(database.db);
  });
  afterAll(async () => {
    await worker?.end();
    await database.close();
    await postgres.stop();
    bundle.remove();
  });

  it('F07: is waited for, is told of, and costs no mail and doubles no ticket', { timeout: 400_000 }, async () => {
    const { db } = database;
    const dovecot = openDovecot(inject('dovecot'));
    const login = `flow-${randomUUID()}@example.test`;
    const subjects = Array.from({ length: before + meanwhile }, () => `flow ${randomUUID()}`);
    const deliver = async (part: readonly string[]): Promise<void> => {
      for (const subject of part)
        await dovecot.deliver(
          login,
          mail(['From: fleblanc@aef.com', `Subject: ${subject}`, `Message-ID: <${randomUUID()}@aef.com>`]),
        );
    };
    await deliver(subjects.slice(0, before));
    const secretKey = randomBytes(32);
    const [category] = await db.select({ id: categories.id }).from(categories).where(eq(categories.code, 'GENERAL'));
    const { id } = await createMailbox(db, createSecretBox([secretKey]), {
      ...formOf({ type: 'imap4', login, mailServer: 'localhost', port: inject('dovecot').imapPort, sslTls: false }),
      ...{ defaultCategoryId: category?.id ?? 0, readIntervalMinutes: 0.02, password: dovecotPassword },
    });
    await updateSettings(db, { loopLimit: 0, batchMaxMessages: 10 });

    const temporal = await createTestNamespace();
    worker = startChildWorker({
      ...{ databaseUrl: postgres.url, temporal, secretKey: secretKey.toString('base64') },
      workflowBundlePath: bundle.path,
    });
    let died: unknown;
    worker.killed.catch((error: unknown) => (died = error));
    const handled = await eventually(
      'mails flow',
      async () => {
        const made = await db.$count(tickets);
        return made >= handledAtStop ? made : undefined;
      },
      120,
    );
    expect(handled).toBeLessThan(before);
    await postgres.stopImmediately();
    await deliver(subjects.slice(before));
    const client = await connectTemporal(temporal);
    try {
      await eventually('the mailbox tells of it', async () => {
        const { typedSearchAttributes } = await client.workflow.getHandle(mailboxWorkflowId(id)).describe();
        return typedSearchAttributes.get(searchAttributes.state) === 'system_error' ? true : undefined;
      });
      await postgres.start();
      await eventually(
        'all is handled, removed and dispatched',
        async () => {
          const rows = await db.select({ removedAt: messages.removedAt }).from(messages);
          const waiting = await db.$count(workflowOutbox, isNull(workflowOutbox.dispatchedAt));
          const removed = rows.filter(({ removedAt }) => removedAt !== null).length;
          return removed === subjects.length && rows.length === removed && waiting === 0 ? true : undefined;
        },
        180,
      );
      const made = await db.select().from(tickets).orderBy(tickets.id);
      expect(made.map(({ title }) => title)).toEqual(subjects);
      expect(await dovecot.messages(login)).toEqual([]);
      const running = await Promise.all(
        made.map(({ number }) => client.workflow.getHandle(ticketWorkflowId(number)).describe()),
      );
      expect(new Set(running.map(({ status }) => status.name))).toEqual(new Set(['RUNNING']));
      expect(died).toBeUndefined();
    } finally {
      await client.connection.close();
    }
  });
});
