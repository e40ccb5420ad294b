import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMailbox, findMailbox, type MailboxRecord, updateMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { categories, messages, pushWatches } from '../../src/db/schema/index.ts';
import type { Mailbox } from '../../src/domain/mailboxes/mailbox.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { type Dovecot, dovecotPassword, startDovecot } from '../support/dovecot.ts';
import { tenant } from '../support/identity-provider.ts';
import { formOf } from '../support/mailbox.ts';
import { startMicrosoft, type TestMicrosoft } from '../support/microsoft.ts';
import { mail } from '../support/mime.ts';
import { requires } from '../support/requires.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const applicationId = 'aaaaaaaa-0000-4000-8000-000000000009';
const password = 'pa55-w0rd-of-the-mailbox';

/** Read once an hour unless a watch says otherwise: what is handled in this test was pushed. */
const hourly = 60;

requires('dovecot')('an inbox with push', () => {
  let microsoft: TestMicrosoft;
  let withoutIdle: Dovecot;
  let agent: TestAgent;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
    microsoft.provider.applications.set(applicationId, { id: applicationId, secret: null });
    withoutIdle = await startDovecot({ settings: 'imap_capability = IMAP4rev1 LITERAL+ UIDPLUS MOVE' });
    agent = await startTestAgent({ ca: microsoft.exchange.ca, cloud: microsoft.cloud });
  });
  afterAll(async () => {
    await agent.stop();
    await withoutIdle.stop();
    await microsoft.stop();
  });

  const keep = async (
    form: Partial<Omit<Mailbox, 'id'>> & Pick<Mailbox, 'type'>,
    secret = dovecotPassword,
  ): Promise<MailboxRecord> => {
    const { db } = agent.database;
    const [category] = await db.select().from(categories).limit(1);
    const made = await createMailbox(db, agent.secretBox, {
      ...formOf({ login: `${randomUUID()}@example.test`, name: randomUUID(), push: true, ...form }),
      defaultCategoryId: category?.id ?? 0,
      readIntervalMinutes: hourly,
      password: secret,
    });
    const client = await connectTemporal(agent.temporal);
    await startMailboxes(db, client);
    await client.connection.close();
    return made;
  };
  const imap = (port: number) => ({ type: 'imap4', mailServer: 'localhost', port, sslTls: false }) as const;
  const watched = ({ id }: MailboxRecord): Promise<true> =>
    eventually('its inbox is read for the first time, and watched', async () => {
      const { lastReadAt } = await findMailbox(agent.database.db, id);
      return lastReadAt !== null && (await agent.database.db.$count(pushWatches, eq(pushWatches.mailboxId, id))) === 1
        ? true
        : undefined;
    });
  const handled = ({ id }: MailboxRecord, count: number): Promise<true> =>
    eventually(`${String(count)} mails are handled and removed`, async () => {
      const rows = await agent.database.db.select().from(messages).where(eq(messages.mailboxId, id));
      return rows.length === count && rows.every(({ removedAt }) => removedAt !== null) ? true : undefined;
    });
  const written = (subject: string): Buffer =>
    mail(['From: fleblanc@aef.com', `Subject: ${subject}`, `Message-ID: <${randomUUID()}@aef.com>`]);

  it('is read as soon as a mail arrives, and again after the connection broke', async () => {
    const proxy = await startTcpProxy(microsoft.exchange.imapPort);
    const mailbox = await keep(imap(proxy.port));
    await watched(mailbox);
    await microsoft.exchange.deliver(mailbox.login, written('one'));
    await handled(mailbox, 1);
    proxy.cut();
    await microsoft.exchange.deliver(mailbox.login, written('two'));
    await handled(mailbox, 2);
    expect(await microsoft.exchange.messages(mailbox.login)).toEqual([]);
    await proxy.close();
  });

  it('is watched with a token where the type is Office 365', async () => {
    const login = `${randomUUID()}@example.test`;
    microsoft.provider.users.set(login, password);
    const mailbox = await keep({ type: 'office365', applicationId, directoryId: tenant, login }, password);
    await watched(mailbox);
    await microsoft.exchange.deliver(login, written('by token'));
    await handled(mailbox, 1);
  });

  it('says so where the server has no IDLE, and is read at its interval', async () => {
    const { db } = agent.database;
    const mailbox = await keep(imap(withoutIdle.imapPort));
    const problem = await eventually(
      'the problem is told',
      async () => (await findMailbox(db, mailbox.id)).pushProblem ?? undefined,
    );
    expect(problem).toBe('The server has no IDLE. Switch Push off; the mailbox is read at its interval.');
    expect((await findMailbox(db, mailbox.id)).state).toBe('waiting');
  });

  it('is let go when push is switched off', async () => {
    const { db } = agent.database;
    const proxy = await startTcpProxy(microsoft.exchange.imapPort);
    const connectionsLeft = (count: number): Promise<true> =>
      eventually(`${String(count)} connections are left`, () => Promise.resolve(proxy.open() === count || undefined));
    const mailbox = await keep(imap(proxy.port));
    await watched(mailbox);
    await connectionsLeft(1);
    const { id, ...form } = await findMailbox(db, mailbox.id);
    await updateMailbox(db, agent.secretBox, id, { ...form, push: false });
    await connectionsLeft(0);
    await proxy.close();
  });
});
