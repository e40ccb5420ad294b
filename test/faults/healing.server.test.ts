import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, inject, it } from 'vitest';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { categories, tickets } from '../../src/db/schema/index.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { mailboxWorkflowId } from '../../src/workflows/mailboxes/mailbox.messages.ts';
import { ticketWorkflowId } from '../../src/workflows/processes/ticket.messages.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { formOf } from '../support/mailbox.ts';
import { mail } from '../support/mime.ts';
import { requires } from '../support/requires.ts';

requires('dovecot')('a workflow that is lost while the worker runs', () => {
  let agent: TestAgent;
  let client: Client;
  beforeAll(async () => {
    agent = await startTestAgent();
    client = await connectTemporal(agent.temporal);
  });
  afterAll(async () => {
    await client.connection.close();
    await agent.stop();
  });

  it('R9: is started again without a restart: a mailbox’s and a ticket’s', { timeout: 240_000 }, async () => {
    const { db } = agent.database;
    const dovecot = openDovecot(inject('dovecot'));
    const login = `${randomUUID()}@example.test`;
    const subject = randomUUID();
    const deliver = (title: string) =>
      dovecot.deliver(login, mail(['From: fleblanc@aef.com', `Subject: ${title}`, `Message-ID: <${title}@aef.com>`]));
    await deliver(subject);
    const [category] = await db.select().from(categories).where(eq(categories.code, 'GENERAL'));
    const { id } = await createMailbox(db, agent.secretBox, {
      ...formOf({ type: 'imap4', login, mailServer: 'localhost', port: dovecot.imapPort, sslTls: false }),
      ...{ defaultCategoryId: category?.id ?? 0, readIntervalMinutes: 0.02, password: dovecotPassword },
    });
    await startMailboxes(db, client);
    const ticketOf = (title: string) =>
      eventually('its ticket', async () => (await db.select().from(tickets).where(eq(tickets.title, title)))[0], 120);
    const running = async (workflowId: string): Promise<true | undefined> => {
      const handle = client.workflow.getHandle(workflowId);
      const status = await handle.describe().then(
        (described) => described.status.name,
        () => undefined,
      );
      return status === 'RUNNING' ? true : undefined;
    };
    const { number } = await ticketOf(subject);
    await eventually('its process', () => running(ticketWorkflowId(number)));
    for (const workflowId of [mailboxWorkflowId(id), ticketWorkflowId(number)])
      await client.workflow.getHandle(workflowId).terminate('lost');
    await eventually(
      'both run again',
      async () => {
        const both = await Promise.all([mailboxWorkflowId(id), ticketWorkflowId(number)].map(running));
        return both.every((one) => one === true) ? true : undefined;
      },
      150,
    );
    const next = randomUUID();
    await deliver(next);
    await ticketOf(next);
  });
});
