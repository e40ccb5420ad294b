import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMailbox, type MailboxInput } from '../../src/db/mailboxes/mailboxes.ts';
import { messages, tickets, documents, categories } from '../../src/db/schema/index.ts';
import { updateSettings } from '../../src/db/settings/settings.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { mailboxWorkflowId, statusQuery } from '../../src/workflows/mailboxes/mailbox.messages.ts';
import { ticketStatusQuery, ticketWorkflowId } from '../../src/workflows/processes/ticket.messages.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { formOf } from '../support/mailbox.ts';
import { requires } from '../support/requires.ts';

const pageExample = await readFile(new URL('../fixtures/page-example.eml', import.meta.url));
const asSentBy = (address: string): string =>
  pageExample
    .toString('latin1')
    .replace(/^From: .*$/m, `From: ${address}`)
    .replace(/^Message-ID: .*$/im, `Message-ID: <${address}>`);

requires('dovecot')('an inbox on Dovecot', () => {
  let agent: TestAgent;
  beforeAll(async () => {
    agent = await startTestAgent({ ca: inject('dovecot').ca });
  });
  afterAll(() => agent.stop());

  describe.each([
    { type: 'imap4' as const, startTls: true, sslTls: false, port: () => inject('dovecot').imapPort },
    { type: 'pop3' as const, startTls: false, sslTls: true, port: () => inject('dovecot').pop3sPort },
  ])('read by $type', ({ type, port, ...tls }) => {
    it('becomes a ticket with its document, and is empty then; the wrong sender is rejected', async () => {
      const { db } = agent.database;
      const dovecot = openDovecot(inject('dovecot'));
      const login = `e2e-${type}@example.test`;
      await dovecot.deliver(login, pageExample);
      await dovecot.deliver(login, asSentBy('gsmith@aef.com'));

      const [category] = await db.select().from(categories).limit(1);
      const form = formOf({
        type,
        name: `Support by ${type}`,
        mailServer: 'localhost',
        port: port(),
        login,
        ...tls,
        defaultCategoryId: category?.id ?? 0,
        readIntervalMinutes: 0.02,
      });
      const mailbox = await createMailbox(db, agent.secretBox, {
        ...form,
        password: dovecotPassword,
        clientSecret: null,
      } satisfies MailboxInput);
      await updateSettings(db, { supportReturnEmailAddress: login });
      const client = await connectTemporal(agent.temporal);
      await startMailboxes(db, client);

      const handled = await eventually('both mails are handled and removed', async () => {
        const rows = (await db.select().from(messages)).filter(({ mailboxId }) => mailboxId === mailbox.id);
        return rows.length === 2 && rows.every(({ removedAt }) => removedAt !== null) ? rows : undefined;
      });
      expect(handled.map(({ disposition, reason }) => ({ disposition, reason }))).toEqual([
        { disposition: 'created', reason: null },
        { disposition: 'rejected', reason: 'sender_mismatch' },
      ]);
      expect(await dovecot.messages(login)).toEqual([]);

      const number = handled[0]?.ticketNumber ?? '';
      const ticket = (await db.select().from(tickets)).find((row) => row.number === number);
      expect(ticket).toMatchObject({
        urgency: 1,
        occurredAt: '2022-07-01T22:00:00.000Z',
        process: 'Incident: Standard Process',
      });
      const files = (await db.select().from(documents)).filter(({ ticketId }) => ticketId === ticket?.id);
      expect(files.map(({ name }) => name)).toEqual(['document.txt']);

      const status = await eventually('the workflow says so', async () => {
        const answer = await client.workflow.getHandle(mailboxWorkflowId(mailbox.id)).query(statusQuery);
        return answer.counts.rejected === 1 ? answer : undefined;
      });
      expect(status).toMatchObject({ mailbox: mailbox.name, state: 'waiting', counts: { created: 1, rejected: 1 } });
      const process = await eventually('the process runs', () =>
        client.workflow
          .getHandle(ticketWorkflowId(number))
          .query(ticketStatusQuery)
          .catch(() => undefined),
      );
      expect(process.state).toBe('registered');
      await client.connection.close();
    });
  });
});
