import type { MailHosts } from '../../src/mail/connection/mail-hosts.ts';
import type { Mailbox, MailboxSecrets } from '../../src/domain/mailboxes/mailbox.ts';

/** Test servers are on this machine. */
export const localMailHosts: MailHosts = { loopback: ['127.0.0.0/8', '::1'], ownPorts: new Set() };

export const noSecrets: MailboxSecrets = { password: null, clientSecret: null };

type FormFields = Partial<Omit<Mailbox, 'id'>> & Pick<Mailbox, 'type'>;

/** A form with the defaults, for tests to name what they are about. */
export const formOf = (fields: FormFields): Omit<Mailbox, 'id'> => ({
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
  secretExpiresAt: null,
  defaultCategoryId: 1,
  origin: null,
  createUnknownRequestors: false,
  redirectUnknownEmailsTo: null,
  afterProcessing: 'delete',
  moveToFolder: null,
  trustedSenders: [],
  acceptCurlyQuotes: false,
  senderAuthentication: 'off',
  authenticationServers: [],
  exchangeInternal: false,
  ownDomains: [],
  push: false,
  sendVia: 'smtp',
  maxMessageBytes: 25 * 1024 * 1024,
  ...fields,
});

export const mailboxOf = ({ id = 1, ...fields }: FormFields & { readonly id?: number }): Mailbox => ({
  id,
  ...formOf(fields),
});
