import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { createSecretBox } from '../../src/db/mailboxes/secrets.ts';
import { categories, messages, tickets, workflowOutbox } from '../../src/db/schema/index.ts';
import { updateSettings } from '../../src/db/settings/settings.ts';
import { connect } from '../../src/db/shared/connect.ts';
import { loadSamples } from '../../src/demo/samples.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { mailboxWorkflowId } from '../../src/workflows/mailboxes/mailbox.messages.ts';
import { eventually } from '../support/agent.ts';
import { createTestDatabase } from '../support/database.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { formOf } from '../support/mailbox.ts';
import { mail } from '../support/mime.ts';
import { createTestNamespace } from '../support/namespace.ts';
import { requires } from '../support/requires.ts';
import { startRowCutter } from '../support/row-cutter.ts';
import { bundleToFile, startChildWorker } from '../support/worker-process.ts';
import { createScenario, protocols, scenarioTimeout } from './scenario.ts';

/** Of the storm; three minutes say more, and are too long for each run. */
const stormMs = Number(process.env['TSA_STORM_MINUTES'] ?? '0.25') * 60_000;
/** Of these one after the other: a prime number, so that each statement is met in time. */
const rowsBetweenCuts = 29;
/** However slow the machine. */
const fewestCuts = 15;

requires('dovecot')('a storm', () => {
  let bundle: Awaited<ReturnType<typeof bundleToFile>>;
  beforeAll(async () => {
    bundle = await bundleToFile();
  });
  afterAll(() => bundle.remove());

  it(
    'R1, R7, F06: of connections to PostgreSQL that end behind a row fails no workflow, and blames no mail',
    { timeout: stormMs + 400_000 },
    async () => {
      const testDatabase = await createTestDatabase();
      const database = connect(testDatabase.url, { max: 2 });
      const { db } = database;
      await loadSamples(db);
      const cutter = await startRowCutter(testDatabase.url);
      const temporal = await createTestNamespace();
      const secretKey = randomBytes(32);
      const dovecot = openDovecot(inject('dovecot'));
      const [category] = await db.select().from(categories).where(eq(categories.code, 'GENERAL'));
      const boxes = await Promise.all(
        (['imap4', 'pop3'] as const).map(async (type) => {
          const login = `storm-${randomUUID()}@example.test`;
          const port = type === 'imap4' ? dovecot.imapPort : dovecot.pop3Port;
          return createMailbox(db, createSecretBox([secretKey]), {
            ...formOf({ type, name: type, login, mailServer: 'localhost', port, sslTls: false }),
            ...{ defaultCategoryId: category?.id ?? 0, readIntervalMinutes: 0.02, password: dovecotPassword },
          });
        }),
      );
      await updateSettings(db, { loopLimit: 0 });
      const worker = startChildWorker({
        ...{ databaseUrl: cutter.url, temporal, secretKey: secretKey.toString('base64') },
        workflowBundlePath: bundle.path,
      });
      let died: unknown;
      worker.killed.catch((error: unknown) => (died = error));
      const client = await connectTemporal(temporal);
      try {
        await eventually('the worker works', async () => {
          const handle = client.workflow.getHandle(mailboxWorkflowId(boxes[0]?.id ?? 0));
          return handle.describe().then(
            () => true,
            () => undefined,
          );
        });
        cutter.cutEach(rowsBetweenCuts);
        const subjects: string[] = [];
        const until = Date.now() + stormMs;
        while (Date.now() < until || cutter.cuts() < fewestCuts) {
          await sleep(250);
          for (const { login } of boxes) {
            const subject = randomUUID();
            subjects.push(subject);
            const head = ['From: fleblanc@aef.com', `Subject: ${subject}`, `Message-ID: <${subject}@aef.com>`];
            await dovecot.deliver(login, mail(head));
          }
        }
        cutter.cutEach(0);
        expect(cutter.cuts()).toBeGreaterThanOrEqual(fewestCuts);
        expect(died).toBeUndefined();

        // The same worker: what a new one would heal at its start has to be well already.
        await eventually(
          'all is handled, removed and told',
          async () => {
            const rows = await db.select({ removedAt: messages.removedAt }).from(messages);
            const waiting = await db.$count(workflowOutbox, isNull(workflowOutbox.dispatchedAt));
            const removed = rows.filter(({ removedAt }) => removedAt !== null).length;
            return removed === subjects.length && rows.length === removed && waiting === 0 ? true : undefined;
          },
          240,
        );
        const rows = await db.select().from(messages);
        expect(rows.filter(({ disposition, attempts }) => disposition !== 'created' || attempts > 0)).toEqual([]);
        expect((await db.select().from(tickets)).map(({ title }) => title).toSorted()).toEqual(subjects.toSorted());
        for (const { login } of boxes) expect(await dovecot.messages(login)).toEqual([]);
        for (const { id } of boxes)
          expect((await client.workflow.getHandle(mailboxWorkflowId(id)).describe()).status.name).toBe('RUNNING');
        const { count } = await client.workflow.count('ExecutionStatus IN ("Failed", "TimedOut", "Terminated")');
        expect(count).toBe(0);
      } finally {
        await client.connection.close();
        await worker.end();
        await cutter.close();
        await database.close();
        await testDatabase.drop();
      }
    },
  );

  it.each(protocols)(
    'R5, R6: a worker that stands still in mid-transaction keeps back nobody, by %s',
    { timeout: scenarioTimeout },
    async (protocol) => {
      const scenario = await createScenario(protocol, bundle.path);
      try {
        const frozen = scenario.start({ fault: { name: 'effects_committed:before', occurrence: 2, act: 'freeze' } });
        await frozen.frozen;
        scenario.start();
        // All of it, while the first one stands still to the end.
        await scenario.expectExactlyOnce();
      } finally {
        await scenario.close();
      }
    },
  );
});
