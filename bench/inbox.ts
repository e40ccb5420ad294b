import { sql } from 'drizzle-orm';
import { importEmployees } from '../src/db/csv-import-employees.ts';
import { createMailbox } from '../src/db/mailboxes.ts';
import { updateSettings } from '../src/db/settings.ts';
import { dovecotPassword } from '../test/support/dovecot.ts';
import { mailboxOf } from '../test/support/mailbox.ts';
import { mailsOf, sendersOf, type MailPlan } from './mails.ts';
import type { Bench } from './servers.ts';

/** Puts the mails into a user's inbox; their senders are known employees. */
export async function deliver({ dovecot, database }: Bench, login: string, plan: MailPlan): Promise<void> {
  await importEmployees(
    database.db,
    ['name,address', ...sendersOf(plan).map((address) => `${address},${address}`)].join('\n'),
  );
  for (const mail of mailsOf(plan)) await dovecot.deliver(login, mail);
}

/** A mailbox of the form's defaults on that inbox, which keeps documents. Its workflow is not started. */
export async function createInbox({ database: { db }, secretBox, dovecot }: Bench, login: string): Promise<number> {
  const [category] = await db.execute<{ id: string }>(sql`select id from categories where code = 'GENERAL'`);
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- left out
  const { id: _id, ...form } = mailboxOf({
    type: 'imap4',
    name: login,
    mailServer: dovecot.host,
    port: dovecot.imapPort,
    login,
    sslTls: false,
    startTls: true,
    defaultCategoryId: Number(category?.id),
  });
  const { id } = await createMailbox(db, secretBox, { ...form, password: dovecotPassword, clientSecret: null });
  await updateSettings(db, { supportReturnEmailAddress: form.address });
  return id;
}
