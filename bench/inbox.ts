import { sql } from 'drizzle-orm';
import { importEmployees } from '../src/db/master-data/csv-import-employees.ts';
import { createMailbox } from '../src/db/mailboxes/mailboxes.ts';
import { updateSettings } from '../src/db/settings/settings.ts';
import { dovecotPassword } from '../test/support/dovecot.ts';
import { formOf } from '../test/support/mailbox.ts';
import { mailsOf, sendersOf, type MailPlan } from './mails.ts';
import type { Bench } from './servers.ts';

/** Puts the mails into an inbox; their senders are known employees. */
export async function deliver(
  { database, dovecot }: Bench,
  login: string,
  plan: MailPlan,
  put: (login: string, mail: string) => unknown = (to, mail) => dovecot.deliver(to, mail),
): Promise<void> {
  await importEmployees(
    database.db,
    ['name,address', ...sendersOf(plan).map((address) => `${address},${address}`)].join('\n'),
  );
  for (const mail of mailsOf(plan)) await put(login, mail);
}

type Form = Parameters<typeof formOf>[0];

export const imapForm = ({ dovecot }: Bench, login: string): Form & { readonly login: string } => ({
  type: 'imap4',
  mailServer: dovecot.host,
  port: dovecot.imapPort,
  login,
  sslTls: false,
  startTls: true,
});

/** A mailbox that keeps documents, of the form's defaults but for what is given. Its workflow is not started. */
export async function createInbox(
  { database: { db }, secretBox }: Bench,
  form: Form & { readonly login: string },
): Promise<number> {
  const [category] = await db.execute<{ id: string }>(sql`select id from categories where code = 'GENERAL'`);
  const complete = formOf({ name: form.login, ...form, defaultCategoryId: Number(category?.id) });
  const { id } = await createMailbox(db, secretBox, { ...complete, password: dovecotPassword, clientSecret: null });
  // One person writes about many tickets in the mixed traffic.
  await updateSettings(db, { supportReturnEmailAddress: complete.address, loopLimit: 0 });
  return id;
}
