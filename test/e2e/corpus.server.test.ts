import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { categories, messages } from '../../src/db/schema/index.ts';
import { updateSettings } from '../../src/db/settings/settings.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { formOf } from '../support/mailbox.ts';
import { requires } from '../support/requires.ts';

const fixtures = new URL('../fixtures/', import.meta.url);

requires('dovecot')('all mails of the fixtures in one inbox', () => {
  let agent: TestAgent;
  beforeAll(async () => {
    agent = await startTestAgent();
    await updateSettings(agent.database.db, { loopLimit: 0 });
  });
  afterAll(() => agent.stop());

  it.each(['imap4', 'pop3'] as const)(
    'I01: end each in a ticket, a rejection, a duplicate or quarantine, by %s',
    { timeout: 240_000 },
    async (type) => {
      const { db } = agent.database;
      const dovecot = openDovecot(inject('dovecot'));
      const login = `${randomUUID()}@example.test`;
      const names = (await readdir(fixtures)).filter((name) => name.endsWith('.eml'));
      expect(names.length).toBeGreaterThan(30);
      for (const name of names) await dovecot.deliver(login, await readFile(new URL(name, fixtures)));
      const [category] = await db.select().from(categories).limit(1);
      const { id } = await createMailbox(db, agent.secretBox, {
        ...formOf({ type, name: type, login, mailServer: 'localhost', sslTls: false }),
        port: type === 'imap4' ? dovecot.imapPort : dovecot.pop3Port,
        ...{ defaultCategoryId: category?.id ?? 0, createUnknownRequestors: true, readIntervalMinutes: 0.02 },
        ...{ password: dovecotPassword, clientSecret: null },
      });
      const client = await connectTemporal(agent.temporal);
      await startMailboxes(db, client);
      await client.connection.close();
      const rows = await eventually(
        'all are handled and removed',
        async () => {
          const found = await db.select().from(messages).where(eq(messages.mailboxId, id));
          const done = found.filter(({ disposition, removedAt }) => disposition !== null && removedAt !== null);
          return done.length === names.length ? done : undefined;
        },
        180,
      );
      expect(rows.filter(({ reason, attempts }) => reason === 'failing' || attempts > 0)).toEqual([]);
      expect(await dovecot.messages(login)).toEqual([]);
    },
  );
});
