import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMailbox, findMailbox, type MailboxRecord } from '../../src/db/mailboxes/mailboxes.ts';
import { categories, messages, notGiven } from '../../src/db/schema/index.ts';
import type { Mailbox, MailboxSecrets } from '../../src/domain/mailboxes/mailbox.ts';
import { mailboxWarnings } from '../../src/domain/mailboxes/mailbox-warnings.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import type { ScriptedServer } from '../mail/connection/scripted-server.ts';
import { imapWith, type Kept, ways } from '../mail/imap/unwilling-imap.ts';
import { scriptedPop3 } from '../mail/pop3/scripted-pop3.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { tenant } from '../support/identity-provider.ts';
import { formOf } from '../support/mailbox.ts';
import { startMicrosoft, type TestMicrosoft } from '../support/microsoft.ts';
import { requires } from '../support/requires.ts';

const application = { applicationId: 'aaaaaaaa-0000-4000-8000-000000000014', directoryId: tenant };
const clientSecret = 'cl1ent~secret-of-the-application';
const good = 'From: fleblanc@aef.com\r\nSubject: behind them\r\nMessage-ID: <behind@aef.com>\r\n\r\nIt smokes.\r\n';

requires('dovecot')('a mailbox that is read every minute', () => {
  let microsoft: TestMicrosoft;
  let agent: TestAgent;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
    microsoft.provider.applications.set(application.applicationId, {
      ...{ id: application.applicationId, secret: clientSecret },
    });
    agent = await startTestAgent({ cloud: microsoft.cloud });
  });
  afterAll(async () => {
    await agent.stop();
    await microsoft.stop();
  });

  const keep = async (
    form: Partial<Mailbox> & Pick<Mailbox, 'type'>,
    secrets: MailboxSecrets = { password: 'any', clientSecret: null },
  ): Promise<MailboxRecord> => {
    const { db } = agent.database;
    const [category] = await db.select().from(categories).where(eq(categories.code, 'GENERAL'));
    const login = `${randomUUID()}@example.test`;
    const mailbox = await createMailbox(db, agent.secretBox, {
      ...formOf({ name: randomUUID(), mailServer: '127.0.0.1', sslTls: false, login, ...form }),
      ...{ readIntervalMinutes: 1, defaultCategoryId: category?.id ?? 0, ...secrets },
    });
    const client = await connectTemporal(agent.temporal);
    await startMailboxes(db, client);
    await client.connection.close();
    return mailbox;
  };
  /** It rests for a good part of its interval: no read follows at once. */
  const untilItRests = ({ id }: MailboxRecord): Promise<MailboxRecord> =>
    eventually('the mailbox rests', async () => {
      const mailbox = await findMailbox(agent.database.db, id);
      const restMs = mailbox.nextReadAt === null ? 0 : Date.parse(mailbox.nextReadAt) - Date.now();
      return restMs > 30_000 ? mailbox : undefined;
    });
  const logins = ({ received }: ScriptedServer): number =>
    received.filter((line) => /^\S+ (LOGIN|AUTHENTICATE) |^PASS /.test(line)).length;

  it.each(ways)('K4, K5: logs in twice at most where one mail is never given, by %s on IMAP', async (way) => {
    await using server = await imapWith(new Map<number, Kept>([[1, way]]));
    await untilItRests(await keep({ type: 'imap4', port: server.port }));
    expect(logins(server)).toBeGreaterThan(0);
    expect(logins(server)).toBeLessThanOrEqual(2);
  });

  it.each([
    ['-ERR', '-ERR cannot open message\r\n'],
    ['nothing', '+OK\r\n.\r\n'],
    ['a cut', 'cut'],
    ['JSON', '+OK\r\n{"error": "mailbox"}\r\n.\r\n'],
  ])('K3, K4, K5: logs in twice at most where one mail is never given, by %s on POP3', async (_, answer) => {
    await using server = await scriptedPop3([{ uidl: 'a', raw: good }], { answers: { RETR: answer } });
    await untilItRests(await keep({ type: 'pop3', port: server.port }));
    expect(logins(server)).toBeGreaterThan(0);
    expect(logins(server)).toBeLessThanOrEqual(2);
  });

  it.each([
    ['a refusal', { kind: 'refuse', status: 500, code: 'ErrorMimeContentConversionFailed' }],
    ['JSON', { kind: 'answer', status: 200, contentType: 'application/json', body: '{"value": []}' }],
  ] as const)('K3, K4: 60 mails that Graph does not give, by %s, keep back none behind them', async (_, does) => {
    const login = `${randomUUID()}@contoso.example`;
    const { graph } = microsoft;
    for (let count = 0; count < 60; count += 1) {
      const id = graph.deliver(login, good);
      graph.fail({ path: `${id}/$value`, times: 1_000, does });
    }
    graph.deliver(login, good);
    const mailbox = await keep({ type: 'graph', login, ...application }, { password: null, clientSecret });
    const { db } = agent.database;
    await eventually(
      'the good one is handled',
      async () => {
        const rows = await db.select().from(messages).where(eq(messages.mailboxId, mailbox.id));
        return rows.length === 1 && rows[0]?.disposition === 'created' ? true : undefined;
        // Each refusal is believed after four attempts with pauses, four messages at a time.
      },
      150,
    );
    const rested = await untilItRests(mailbox);
    expect(await db.$count(notGiven, eq(notGiven.mailboxId, mailbox.id))).toBe(60);
    expect(mailboxWarnings(rested, new Date().toISOString())).toMatchObject([{ code: 'not_given' }]);
    const lists = graph.requests.filter((line) => line.includes(login) && line.includes('$top='));
    // Batches of fifty: two that read, one that finds no more.
    expect(lists.length).toBeLessThan(12);
  });
});
