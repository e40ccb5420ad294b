import type { MailboxDraft, SecretInput, StoredMailbox } from './mailbox-draft.ts';
import type { MailboxType } from './mailbox.ts';

type Presence = 'required' | 'optional' | 'unused';
export const presenceFields = [
  'mailServer',
  'port',
  'login',
  'password',
  'applicationId',
  'directoryId',
  'clientSecret',
] as const;
export type PresenceField = (typeof presenceFields)[number];

/** Spec §2, the table: what a form of each type must, may and must not hold. What depends on other fields is not in it. */
export const presence: Readonly<Record<MailboxType, Readonly<Record<PresenceField, Presence>>>> = {
  pop3: {
    mailServer: 'required',
    port: 'optional',
    login: 'required',
    password: 'required',
    applicationId: 'unused',
    directoryId: 'unused',
    clientSecret: 'unused',
  },
  imap4: {
    mailServer: 'required',
    port: 'optional',
    login: 'required',
    password: 'required',
    applicationId: 'unused',
    directoryId: 'unused',
    clientSecret: 'unused',
  },
  office365: {
    mailServer: 'optional',
    port: 'optional',
    login: 'required',
    password: 'required',
    applicationId: 'required',
    directoryId: 'required',
    clientSecret: 'optional',
  },
  graph: {
    mailServer: 'unused',
    port: 'unused',
    login: 'required',
    password: 'optional',
    applicationId: 'required',
    directoryId: 'required',
    clientSecret: 'optional',
  },
};

export const typeNames: Readonly<Record<MailboxType, string>> = {
  pop3: 'POP3',
  imap4: 'IMAP4',
  office365: 'Office 365',
  graph: 'Microsoft Graph',
};

export const fieldLabels: Readonly<Record<PresenceField, string>> = {
  mailServer: 'Mail Server',
  port: 'Port',
  login: 'Login',
  password: 'Password',
  applicationId: 'Application ID (client)',
  directoryId: 'Directory ID (tenant)',
  clientSecret: 'Client Secret',
};

const willHaveSecret = (input: SecretInput, stored: boolean): boolean =>
  input === undefined ? stored : input !== null && input !== '';

/** Whether the field holds something once the draft is saved: a secret that is not named stays as it is stored. */
export const isSet = (draft: MailboxDraft, stored: StoredMailbox | undefined, field: PresenceField): boolean => {
  if (field === 'password') return willHaveSecret(draft.password, stored?.hasPassword ?? false);
  if (field === 'clientSecret') return willHaveSecret(draft.clientSecret, stored?.hasClientSecret ?? false);
  const value = draft[field];
  return value !== null && (typeof value === 'number' || value.trim() !== '');
};
