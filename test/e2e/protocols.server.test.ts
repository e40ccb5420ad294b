import { readFile } from 'node:fs/promises';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { categories, documents, mailboxes, messages, tickets } from '../../src/db/schema/index.ts';
import type { Mailbox, MailboxSecrets } from '../../src/domain/mailboxes/mailbox.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { dovecotPassword } from '../support/dovecot.ts';
import { tenant } from '../support/identity-provider.ts';
import { formOf } from '../support/mailbox.ts';
import { startMicrosoft, type TestMicrosoft } from '../support/microsoft.ts';
import { requires } from '../support/requires.ts';

const samples = [
  'page-example',
  'alternative',
  'attached-log-inline',
  'attached-message',
  'file-names',
  'gb2312',
  'inline-image',
  'monitoring',
  'out-of-office-exchange',
  'delivery-status',
];
const applicationId = 'aaaaaaaa-0000-4000-8000-000000000004';
const clientSecret = 'cl1ent~secret-of-the-application';
const password = 'pa55-w0rd-of-the-mailbox';

interface Way {
  readonly name: string;
  readonly form: Partial<Omit<Mailbox, 'id'>> & Pick<Mailbox, 'type'>;
  readonly secrets: MailboxSecrets;
}

requires('dovecot')('ten mails', () => {
  let microsoft: TestMicrosoft;
  let agent: TestAgent;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
    agent = await startTestAgent({ ca: microsoft.exchange.ca, cloud: microsoft.cloud });
  });
  afterAll(async () => {
    await agent.stop();
    await microsoft.stop();
  });

  it('become the same tickets by pop3, imap4, office365, and graph with a password and without', async () => {
    const { db } = agent.database;
    const { exchange, graph, provider } = microsoft;
    provider.applications.set(applicationId, { id: applicationId, secret: clientSecret });
    const byPassword = { password: dovecotPassword, clientSecret: null };
    const server = { mailServer: 'localhost', sslTls: true };
    const application = { applicationId, directoryId: tenant };
    const ways: readonly Way[] = [
      { name: 'pop3', form: { type: 'pop3', ...server, port: exchange.pop3sPort }, secrets: byPassword },
      { name: 'imap4', form: { type: 'imap4', ...server, port: exchange.imapsPort }, secrets: byPassword },
      { name: 'office365', form: { type: 'office365', ...application }, secrets: { password, clientSecret } },
      { name: 'graph-ropc', form: { type: 'graph', ...application }, secrets: { password, clientSecret } },
      { name: 'graph-cc', form: { type: 'graph', ...application }, secrets: { password: null, clientSecret } },
    ];
    const [category] = await db.select().from(categories).limit(1);

    for (const { name, form, secrets } of ways) {
      const login = `${name}@example.test`;
      provider.users.set(login, password);
      for (const sample of samples) {
        const mail = await readFile(new URL(`../fixtures/${sample}.eml`, import.meta.url));
        if (form.type === 'graph') graph.deliver(login, mail);
        else await exchange.deliver(login, mail);
      }
      await createMailbox(db, agent.secretBox, {
        ...formOf({ name, login, ...form }),
        defaultCategoryId: category?.id ?? 0,
        createUnknownRequestors: true,
        readIntervalMinutes: 0.05,
        ...secrets,
      });
    }
    const client = await connectTemporal(agent.temporal);
    await startMailboxes(db, client);

    await eventually('all are handled and removed', async () => {
      const rows = await db.select().from(messages);
      const done = rows.filter(({ disposition, removedAt }) => disposition !== null && removedAt !== null);
      return done.length === ways.length * samples.length ? done : undefined;
    });
    const outcomes = await Promise.all(ways.map(({ name }) => outcomeOf(agent, name)));
    const [first] = outcomes;
    expect(first).toHaveLength(samples.length);
    expect(new Set(first?.map(({ disposition }) => disposition))).toEqual(new Set(['created', 'rejected']));
    for (const outcome of outcomes) expect(outcome).toEqual(first);
    for (const { name, form } of ways) {
      const login = `${name}@example.test`;
      expect(form.type === 'graph' ? graph.idsIn(login, 'inbox') : await exchange.messages(login)).toEqual([]);
    }
    await client.connection.close();
  });
});

/** What became of a mailbox's messages, in order of arrival, without what no two tickets have in common. */
async function outcomeOf(agent: TestAgent, name: string) {
  const { db } = agent.database;
  const handled = await db
    .select({ message: messages, ticket: tickets })
    .from(messages)
    .innerJoin(mailboxes, eq(mailboxes.id, messages.mailboxId))
    .leftJoin(tickets, eq(tickets.number, messages.ticketNumber))
    .where(eq(mailboxes.name, name))
    .orderBy(asc(messages.id));
  const files = await db.select().from(documents).orderBy(asc(documents.id));
  return handled.map(({ message, ticket }) => ({
    disposition: message.disposition,
    reason: message.reason,
    subject: message.subject,
    notices: message.notices,
    ticket: ticket === null ? null : comparable(ticket),
    documents: files
      .filter(({ ticketId }) => ticketId === ticket?.id)
      .map(({ name, contentType, size, sha256, inline }) => ({ name, contentType, size, sha256, inline })),
  }));
}

function comparable(ticket: typeof tickets.$inferSelect): object {
  const ofItsOwn = ['id', 'number', 'mailboxId', 'createdAt', 'updatedAt'];
  // What its process does with it in its own time.
  const ofItsProcess = ['phase', 'assignedGroup', 'clockStartedAt', 'respondBy', 'solveBy', 'approvalRound'];
  return Object.fromEntries(Object.entries(ticket).filter(([name]) => ![...ofItsOwn, ...ofItsProcess].includes(name)));
}
