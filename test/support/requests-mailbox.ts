import { inject } from 'vitest';
import { findOptionalCategory } from '../../src/db/master-data/categories.ts';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { updateSettings } from '../../src/db/settings/settings.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import type { TestAgent } from './agent.ts';
import { dovecotPassword } from './dovecot.ts';
import { formOf } from './mailbox.ts';

/** Has an agent read `inbox` on Dovecot, whose mails ask for laptops (two approvals), and take replies there. */
export async function keepRequestsMailbox(agent: TestAgent, inbox: string): Promise<void> {
  const { db } = agent.database;
  const category = await findOptionalCategory(db, 'NEW_LAPTOP');
  await createMailbox(db, agent.secretBox, {
    ...formOf({
      type: 'imap4',
      name: 'Requests',
      mailServer: 'localhost',
      port: inject('dovecot').imapPort,
      login: inbox,
      startTls: true,
      sslTls: false,
      defaultCategoryId: category?.id ?? 0,
      readIntervalMinutes: 0.005,
    }),
    password: dovecotPassword,
    clientSecret: null,
  });
  await updateSettings(db, { supportReturnEmailAddress: inbox });
  const client = await connectTemporal(agent.temporal);
  await startMailboxes(db, client);
  await client.connection.close();
}
