import type { MailboxView } from '../../api/mailboxes/mailbox.schema.ts';
import type { MailboxForm, StoredMailbox } from '../../domain/mailboxes/mailbox-draft.ts';
import { presence, presenceFields } from '../../domain/mailboxes/mailbox-presence.ts';
import type { MailboxType } from '../../domain/mailboxes/mailbox.ts';

type Form = MailboxForm & { defaultCategory?: string };

const shared = [
  'name',
  'active',
  'type',
  'readIntervalMinutes',
  'mailServer',
  'port',
  'login',
  'sslTls',
  'startTls',
  'applicationId',
  'directoryId',
  'secretExpiresAt',
  'defaultCategory',
  'origin',
  'createUnknownRequestors',
  'redirectUnknownEmailsTo',
  'address',
  'afterProcessing',
  'moveToFolder',
  'trustedSenders',
  'acceptCurlyQuotes',
  'senderAuthentication',
  'authenticationServers',
  'exchangeInternal',
  'ownDomains',
  'push',
  'sendVia',
  'maxMessageBytes',
] as const;

/** The form as it is stored: secrets are not in it, so they are kept unless entered or cleared. */
export const formOf = (mailbox: MailboxView | undefined, category: string | undefined): Form =>
  mailbox === undefined
    ? { name: '', type: 'imap4', ...(category === undefined ? {} : { defaultCategory: category }) }
    : (Object.fromEntries(shared.map((field) => [field, mailbox[field]])) as unknown as Form);

/** What a change sends: what is not as it was, so that the log names it and nothing else. */
export const changedFields = (form: Form, mailbox: MailboxView): Readonly<Record<string, unknown>> => {
  const before: Readonly<Record<string, unknown>> = { ...formOf(mailbox, undefined) };
  return Object.fromEntries(
    Object.entries(formFields(form)).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]),
    ),
  );
};

/** What is sent: what was said. */
export const formFields = (form: Form): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined));

/** Another type: what it does not have is cleared, encryption is as it wants it. The stored password is somebody's decision. */
export const withType = (form: Form, type: MailboxType, stored: StoredMailbox | undefined): Form => ({
  ...form,
  ...Object.fromEntries(
    presenceFields
      .filter((field) => presence[type][field] === 'unused')
      .map((field) => [field, field === 'clientSecret' && stored?.hasClientSecret !== true ? undefined : null]),
  ),
  ...(type === 'office365' ? { mailServer: null, port: null } : {}),
  sslTls: type !== 'graph',
  startTls: false,
  sendVia: type === 'office365' || type === 'graph' ? (form.sendVia ?? 'smtp') : 'smtp',
  ...(type === 'office365' || type === 'graph' ? {} : { exchangeInternal: false, ownDomains: [] }),
  push: type === 'imap4' || type === 'office365' ? (form.push ?? false) : false,
  type,
});
