import type { Mailbox, MailboxSecrets } from '../../src/domain/mailbox.ts';

export const noSecrets: MailboxSecrets = { password: null, clientSecret: null };

/** A mailbox of the form's defaults, for tests to name what they are about. */
export const mailboxOf = (fields: Partial<Mailbox> & Pick<Mailbox, 'type'>): Mailbox => ({
  id: 1,
  name: 'Support',
  active: true,
  readIntervalMinutes: 1,
  mailServer: null,
  port: null,
  login: 'support@example.test',
  address: (fields.login ?? 'support@example.test').toLowerCase(),
  sslTls: fields.type !== 'graph',
  startTls: false,
  applicationId: null,
  directoryId: null,
  defaultCategoryId: 1,
  origin: null,
  createUnknownRequestors: false,
  redirectUnknownEmailsTo: null,
  afterProcessing: 'delete',
  moveToFolder: null,
  trustedSenders: [],
  acceptCurlyQuotes: false,
  maxMessageBytes: 25 * 1024 * 1024,
  ...fields,
});
