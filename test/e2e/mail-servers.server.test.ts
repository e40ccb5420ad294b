import { readFile } from 'node:fs/promises';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type MailboxRecord } from '../../src/db/mailboxes/mailboxes.ts';
import { categories, messages } from '../../src/db/schema/index.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { openLocalSession } from '../mail/connection/session-helpers.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import type { MailServer, MailServerUsers } from '../support/mail-servers/mail-server.ts';
import { knownMailServers } from '../support/mail-servers/servers.ts';
import { formOf } from '../support/mailbox.ts';

/** Each in two inboxes of each server. */
const samples = ['page-example', 'attached-message', 'file-names', 'gb2312', 'inline-image', 'delivery-status'];
const users: MailServerUsers = { names: ['first', 'second'], password: 'secret' };
const byType = { imap4: 'first', pop3: 'second' } as const;
const secrets = { password: users.password, clientSecret: null };

let agent: TestAgent;
beforeAll(async () => {
  agent = await startTestAgent();
});
afterAll(() => agent.stop());

/** Sorted: not every server keeps the order of one second. */
const outcomeOf = async ({ id }: MailboxRecord) => {
  const rows = await agent.database.db.select().from(messages).where(eq(messages.mailboxId, id));
  return rows
    .map(({ disposition, reason, subject }) => `${disposition ?? ''} ${reason ?? ''} ${subject ?? ''}`)
    .toSorted();
};

const outcomes: (readonly [string, readonly string[]])[] = [];

for (const { name, login, prepare } of knownMailServers) {
  const prepared = await prepare().catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (prepared instanceof Error && process.env['TSA_NO_SKIPS'] === '1')
    throw new Error(`TSA_NO_SKIPS is set, and ${name} cannot be started`, { cause: prepared });
  const title = prepared instanceof Error ? `${name} (skipped: ${prepared.message})` : name;

  describe.skipIf(prepared instanceof Error)(title, () => {
    let server: MailServer;
    beforeAll(async () => {
      if (prepared instanceof Error) throw prepared;
      server = await prepared(users);
    }, 120_000);
    afterAll(() => server.stop());

    it.each(['imap4', 'pop3'] as const)('gives its mails by %s, and its inbox is empty in the end', async (type) => {
      const { db } = agent.database;
      const user = byType[type];
      const [category] = await db.select().from(categories).limit(1);
      for (const sample of samples)
        await server.deliver(user, await readFile(new URL(`../fixtures/${sample}.eml`, import.meta.url)));
      const mailbox = await createMailbox(db, agent.secretBox, {
        ...formOf({
          ...{ type, name: `${name} ${type}`, login: login(user), mailServer: '127.0.0.1', sslTls: false },
          ...{ port: type === 'imap4' ? server.imapPort : server.pop3Port, address: 'support@example.test' },
        }),
        ...{ defaultCategoryId: category?.id ?? 0, createUnknownRequestors: true, readIntervalMinutes: 0.05 },
        ...secrets,
      });
      const client = await connectTemporal(agent.temporal);
      await startMailboxes(db, client);
      await client.connection.close();
      await eventually('all are handled and removed', async () => {
        const rows = await db.select().from(messages).where(eq(messages.mailboxId, mailbox.id));
        const done = rows.filter(({ disposition, removedAt }) => disposition !== null && removedAt !== null);
        return done.length === samples.length ? true : undefined;
      });
      const session = await openLocalSession(mailbox, secrets);
      expect(await session.inventory()).toEqual([]);
      await session.close();
      outcomes.push([mailbox.name, await outcomeOf(mailbox)]);
    });
  });
}

it('means the same by each server and protocol', () => {
  for (const [name, outcome] of outcomes) expect([name, outcome]).toEqual([name, outcomes[0]?.[1]]);
});
