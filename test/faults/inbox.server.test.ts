import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMailbox, findMailbox, type MailboxRecord } from '../../src/db/mailboxes/mailboxes.ts';
import { recordDisposition, recordRemoved } from '../../src/db/messages/ledger.ts';
import { storeReceived } from '../../src/db/messages/raw-messages.ts';
import { categories, mailboxes, messages, operationLog, tickets } from '../../src/db/schema/index.ts';
import { updateSettings } from '../../src/db/settings/settings.ts';
import type { Mailbox } from '../../src/domain/mailboxes/mailbox.ts';
import { mailboxWarnings } from '../../src/domain/mailboxes/mailbox-warnings.ts';
import { openSession } from '../../src/mail/open-session.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { startWorker } from '../../src/worker/worker.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { type Dovecot, dovecotPassword, startDovecot } from '../support/dovecot.ts';
import { formOf, localMailHosts } from '../support/mailbox.ts';
import { mail } from '../support/mime.ts';
import { createTestNamespace } from '../support/namespace.ts';
import { requires } from '../support/requires.ts';
import { type Fate, startTcpProxy } from '../support/tcp-proxy.ts';
import { pino } from 'pino';

const secrets = { password: dovecotPassword, clientSecret: null };

requires('dovecot')('an inbox in trouble', () => {
  let dovecot: Dovecot;
  let agent: TestAgent;
  beforeAll(async () => {
    dovecot = await startDovecot({ settings: 'protocol pop3 {\n  pop3_lock_session = yes\n}' });
    agent = await startTestAgent({ ca: dovecot.ca });
    await updateSettings(agent.database.db, { answersPerHour: 0 });
  });
  afterAll(async () => {
    await agent.stop();
    await dovecot.stop();
  });

  type Form = Partial<Omit<Mailbox, 'id'>>;
  const keep = async (type: 'imap4' | 'pop3', port: number, form: Form = {}): Promise<MailboxRecord> => {
    const { db } = agent.database;
    const [category] = await db.select().from(categories).where(eq(categories.code, 'GENERAL'));
    return createMailbox(db, agent.secretBox, {
      ...formOf({
        type,
        name: randomUUID(),
        login: `${randomUUID()}@example.test`,
        mailServer: 'localhost',
        port,
        sslTls: false,
        readIntervalMinutes: 0.02,
        ...form,
        defaultCategoryId: category?.id ?? 0,
      }),
      ...secrets,
    });
  };
  const start = async (temporal = agent.temporal): Promise<void> => {
    const client = await connectTemporal(temporal);
    await startMailboxes(agent.database.db, client);
    await client.connection.close();
  };
  const fromUs = (subject: string): Buffer =>
    mail(['From: fleblanc@aef.com', `Subject: ${subject}`, `Message-ID: <${subject}@aef.com>`]);
  const ledger = ({ id }: MailboxRecord) =>
    agent.database.db.select().from(messages).where(eq(messages.mailboxId, id)).orderBy(messages.id);
  const done = (mailbox: MailboxRecord, count: number) =>
    eventually(`${String(count)} messages are handled and removed`, async () => {
      const rows = await ledger(mailbox);
      return rows.length === count && rows.every(({ removedAt }) => removedAt !== null) ? rows : undefined;
    });
  const ticketsOf = async (subject: string): Promise<number> =>
    agent.database.db.$count(tickets, eq(tickets.title, subject));

  /** The first time that a client says so. */
  const onceAt = (
    pattern: RegExp,
    fate: Fate,
  ): { readonly fateOf: (sent: string) => Fate; readonly met: () => boolean } => {
    let met = false;
    return {
      met: () => met,
      fateOf(sent) {
        if (met || !pattern.test(sent)) return 'passes';
        met = true;
        return fate;
      },
    };
  };

  it.each([
    { id: 'F05', type: 'imap4', at: /EXPUNGE/, fate: 'answer_lost', what: 'the answer to EXPUNGE' },
    { id: 'F05', type: 'imap4', at: /EXPUNGE/, fate: 'lost', what: 'EXPUNGE itself' },
    { id: 'F14', type: 'pop3', at: /QUIT/, fate: 'lost', what: 'QUIT behind DELE' },
    { id: 'F14', type: 'pop3', at: /QUIT/, fate: 'answer_lost', what: 'the answer to QUIT' },
    { id: 'F14', type: 'pop3', at: /DELE/, fate: 'answer_lost', what: 'the answer to DELE' },
  ] as const)('$id: $what is lost on $type: each mail is one ticket, and is removed', async ({ type, at, fate }) => {
    // The session that reads ends with QUIT as well: what is meant is the one that removes.
    let deleting = false;
    const fault = onceAt(at, fate);
    const proxy = await startTcpProxy(type === 'imap4' ? dovecot.imapPort : dovecot.pop3Port, (sent) => {
      deleting ||= /DELE|EXPUNGE/.test(sent);
      return deleting ? fault.fateOf(sent) : 'passes';
    });
    const mailbox = await keep(type, proxy.port);
    const subjects = [randomUUID(), randomUUID()];
    for (const subject of subjects) await dovecot.deliver(mailbox.login, fromUs(subject));
    await start();
    const rows = await done(mailbox, 2);
    expect(fault.met()).toBe(true);
    expect(rows.map(({ disposition }) => disposition)).toEqual(['created', 'created']);
    for (const subject of subjects) expect(await ticketsOf(subject)).toBe(1);
    expect(await dovecot.messages(mailbox.login)).toEqual([]);
    await proxy.close();
  });

  it('F09: a maildrop that another client has locked is told as such, and read when it is free', async () => {
    const mailbox = await keep('pop3', dovecot.pop3Port);
    const subject = randomUUID();
    await dovecot.deliver(mailbox.login, fromUs(subject));
    const other = connect({ host: '127.0.0.1', port: dovecot.pop3Port });
    let heard = '';
    other.on('data', (octets) => (heard += octets.toString('latin1')));
    const said = (count: number): Promise<true> =>
      eventually(`${String(count)} answers`, () => Promise.resolve(heard.split('+OK').length > count || undefined));
    await said(1);
    other.write(`USER ${mailbox.login}\r\n`);
    await said(2);
    other.write(`PASS ${dovecotPassword}\r\n`);
    await said(3);
    await start();
    const locked = await eventually('it is told', async () => {
      const now = await findMailbox(agent.database.db, mailbox.id);
      return now.state === 'unreachable' ? now : undefined;
    });
    expect(locked.stateDetail).toMatch(/in use|another/i);
    other.end('QUIT\r\n');
    await done(mailbox, 1);
    expect(await ticketsOf(subject)).toBe(1);
  });

  it('F09: two pollers on one mailbox make each mail one ticket', async () => {
    const mailbox = await keep('imap4', dovecot.imapPort);
    const subjects = Array.from({ length: 20 }, () => randomUUID());
    for (const subject of subjects) await dovecot.deliver(mailbox.login, fromUs(subject));
    const temporal = await createTestNamespace();
    const second = await startWorker({
      database: agent.database,
      secretBox: agent.secretBox,
      temporal,
      timeZone: 'Europe/Paris',
      dateFormat: 'dd/MM/yyyy',
      smtpUrl: undefined,
      ca: dovecot.ca,
      mailHosts: localMailHosts,
      logFile: { file: 'none', type: 'lt_None' },
      logger: pino({ level: 'silent' }),
    });
    try {
      await Promise.all([start(), start(temporal)]);
      await done(mailbox, 20);
      expect(await Promise.all(subjects.map(ticketsOf))).toEqual(subjects.map(() => 1));
      expect(await dovecot.messages(mailbox.login)).toEqual([]);
    } finally {
      await second.stop();
    }
  });

  it('F10, F11: the same mail twice is one ticket; another one under its Message-ID is one of its own', async () => {
    const mailbox = await keep('imap4', dovecot.imapPort);
    const subject = randomUUID();
    const other = randomUUID();
    await dovecot.deliver(mailbox.login, fromUs(subject));
    await dovecot.deliver(
      mailbox.login,
      Buffer.concat([Buffer.from('Received: from mx2.example.test\r\n'), fromUs(subject)]),
    );
    await dovecot.deliver(
      mailbox.login,
      mail(['From: fleblanc@aef.com', `Subject: ${other}`, `Message-ID: <${subject}@aef.com>`], 'something else'),
    );
    await start();
    const rows = await done(mailbox, 3);
    expect(rows.map(({ disposition }) => disposition)).toEqual(['created', 'duplicate', 'created']);
    expect([await ticketsOf(subject), await ticketsOf(other)]).toEqual([1, 1]);
  });

  it('F12: a new UIDVALIDITY makes no new ticket of an old mail, and one of a new mail with a low UID', async () => {
    const mailbox = await keep('imap4', dovecot.imapPort);
    const old = randomUUID();
    const fresh = randomUUID();
    await dovecot.deliver(mailbox.login, fromUs(old));
    await start();
    const [before] = await done(mailbox, 1);
    await agent.database.db.update(mailboxes).set({ active: false }).where(eq(mailboxes.id, mailbox.id));
    await renumber(dovecot, mailbox.login);
    await dovecot.deliver(mailbox.login, fromUs(fresh));
    await dovecot.deliver(mailbox.login, fromUs(old));
    await agent.database.db.update(mailboxes).set({ active: true }).where(eq(mailboxes.id, mailbox.id));
    await wake(agent, mailbox);
    const rows = await done(mailbox, 3);
    expect(rows.map(({ disposition }) => disposition)).toEqual(['created', 'created', 'duplicate']);
    const [validity, uid] = (before?.protocolId ?? '').split(':');
    expect(rows[1]?.protocolId.split(':')[1]).toBe(uid);
    expect(rows[1]?.protocolId.split(':')[0]).not.toBe(validity);
    expect([await ticketsOf(old), await ticketsOf(fresh)]).toEqual([1, 1]);
  });

  it('moves what is handled where After Processing says so', async () => {
    const mailbox = await keep('imap4', dovecot.imapPort, { afterProcessing: 'move', moveToFolder: 'Done' });
    for (const subject of ['a', 'b']) await dovecot.deliver(mailbox.login, fromUs(subject + randomUUID()));
    await start();
    await done(mailbox, 2);
    expect(await dovecot.messages(mailbox.login)).toEqual([]);
    expect(await dovecot.messages(mailbox.login, 'Done')).toHaveLength(2);
  });

  it('is compared with the ledger once a day: what was handled goes, what is never listed is reported', async () => {
    const { db } = agent.database;
    const mailbox = await keep('imap4', dovecot.imapPort, { active: false });
    const left = fromUs(randomUUID());
    await dovecot.deliver(mailbox.login, left);
    await dovecot.deliver(mailbox.login, fromUs(randomUUID()));
    const session = await openSession(mailbox, secrets, { hosts: localMailHosts });
    const [handledId = '', flaggedId = ''] = await session.list();
    await session.close();
    await flag(dovecot, mailbox.login, flaggedId);
    const now = new Date().toISOString();
    const [stored] = await storeReceived(db, mailbox.id, [{ protocolId: handledId, raw: left, arrivedAt: null }], now);
    const id = stored?.id ?? 0;
    await recordDisposition(db, {
      ...{ id, now, disposition: 'redirected', reason: null, explanation: null, notices: [], ticketNumber: null },
      ...{ messageId: null, contentKey: null, fromAddress: null, senderAuthentication: 'none', subject: null },
    });
    await recordRemoved(db, [id], now);
    const yesterday = new Date(Date.now() - 25 * 3_600_000).toISOString();
    await db.update(mailboxes).set({ active: true, lastComparedAt: yesterday }).where(eq(mailboxes.id, mailbox.id));
    await start();

    await eventually('only what is flagged is left', async () => {
      const there = await dovecot.messages(mailbox.login);
      return there.length === 1 && there[0]?.flags.includes('T') ? true : undefined;
    });
    const compared = await findMailbox(db, mailbox.id);
    expect(compared.unlistedMessages).toBe(1);
    expect(compared.lastComparedAt > yesterday).toBe(true);
    expect(mailboxWarnings(compared, now).map(({ code }) => code)).toEqual(['unlisted_messages']);
    const told = await db
      .select()
      .from(operationLog)
      .where(eq(operationLog.mailboxId, mailbox.id))
      .orderBy(operationLog.id);
    expect(told.map(({ operation, result }) => `${operation}: ${result}`)).toEqual([
      'mailbox.comparison: Handled and in the inbox all the same, to be removed again: 1.',
      'mailbox.comparison: In the inbox and never read: 1.',
    ]);
  });
});

const wake = async (agent: TestAgent, { id }: MailboxRecord): Promise<void> => {
  const client = await connectTemporal(agent.temporal);
  await client.workflow.getHandle(`mailbox/${String(id)}`).signal('wake');
  await client.connection.close();
};

const maildirOf = (dovecot: Dovecot, login: string): string => path.join(dovecot.directory, 'mail', login, 'Maildir');

/** Another UIDVALIDITY, and UIDs from 1 on, as after a restored backup. */
async function renumber(dovecot: Dovecot, login: string): Promise<void> {
  const folder = maildirOf(dovecot, login);
  const list = await readFile(path.join(folder, 'dovecot-uidlist'), 'utf8');
  const [header = ''] = list.split('\n');
  await writeFile(
    path.join(folder, 'dovecot-uidlist'),
    `${header.replace(/V(\d+)/, (_, validity: string) => `V${String(Number(validity) + 1000)}`).replace(/N\d+/, 'N1')}\n`,
  );
  for (const name of await readdir(folder)) if (name.startsWith('dovecot.index')) await rm(path.join(folder, name));
}

/** As another mail program does it: \Deleted, and no EXPUNGE. */
async function flag(dovecot: Dovecot, login: string, protocolId: string): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: dovecot.imapPort });
  let heard = '';
  socket.on('data', (octets) => (heard += octets.toString('latin1')));
  socket.write(
    `a LOGIN "${login}" "${dovecotPassword}"\r\nb SELECT INBOX\r\nc UID STORE ${protocolId.split(':')[1] ?? ''} +FLAGS (\\Deleted)\r\nd LOGOUT\r\n`,
  );
  await eventually('it is flagged', () => Promise.resolve(/^c OK/m.test(heard) || undefined));
  socket.destroy();
}
