import type { SenderAuthenticationMode } from './sender-authentication.ts';

/** Protocols of spec §2, by the names of the form's field Type. */
export const mailboxTypes = ['pop3', 'imap4', 'office365', 'graph'] as const;
export type MailboxType = (typeof mailboxTypes)[number];

/** How mails leave that come from the mailbox's address: by the SMTP server of the agent, or as the mailbox, by its own service. */
export const sendVias = ['smtp', 'mailbox'] as const;
export type SendVia = (typeof sendVias)[number];

/** How long nothing is read for any reason and why, as operators see it (spec §2, §3). */
export const mailboxStates = [
  'reading',
  'waiting',
  'paused',
  'switched_off',
  'credentials_refused',
  'unreachable',
  'throttled',
  'system_error',
] as const;
export type MailboxState = (typeof mailboxStates)[number];

/** The mailbox form of spec §2 as stored, without its secrets. */
export interface Mailbox {
  readonly id: number;
  readonly name: string;
  /** Enable Active Mailbox Scan. */
  readonly active: boolean;
  readonly type: MailboxType;
  /** Minutes, > 0; a fraction is allowed (spec §12). */
  readonly readIntervalMinutes: number;
  readonly mailServer: string | null;
  readonly port: number | null;
  readonly login: string;
  /** The mailbox's own address: defaults to the login. Lower case. */
  readonly address: string;
  readonly sslTls: boolean;
  readonly startTls: boolean;
  readonly applicationId: string | null;
  readonly directoryId: string | null;
  /** Of the client secret where there is one, otherwise of the password; `yyyy-mm-dd`. */
  readonly secretExpiresAt: string | null;
  readonly defaultCategoryId: number;
  readonly origin: string | null;
  readonly createUnknownRequestors: boolean;
  readonly redirectUnknownEmailsTo: string | null;
  readonly afterProcessing: 'delete' | 'move';
  /** Folder for `move`; null with `delete`. */
  readonly moveToFolder: string | null;
  /** Addresses, or domains without `@`; lower case. */
  readonly trustedSenders: readonly string[];
  /** ‘ ’ “ ” are taken as ' (spec §5). */
  readonly acceptCurlyQuotes: boolean;
  readonly senderAuthentication: SenderAuthenticationMode;
  /** Receiving servers whose Authentication-Results count, lower case; `-` for fields that name none. */
  readonly authenticationServers: readonly string[];
  /** Mail of the own tenant counts as proved by Exchange Online's own header fields; office365 and graph only. */
  readonly exchangeInternal: boolean;
  /** The domains whose mail that may be, lower case. */
  readonly ownDomains: readonly string[];
  /** Its inbox is watched (IMAP IDLE, RFC 2177), and read as soon as a mail arrives; imap4 and office365 only. */
  readonly push: boolean;
  /** `mailbox` with office365 and graph only. */
  readonly sendVia: SendVia;
  /** Bytes, inclusive; a larger message is quarantined unread (spec §11). */
  readonly maxMessageBytes: number;
}

/** The secrets of a mailbox, decrypted: only ever in memory, between the database and the mail server. */
export interface MailboxSecrets {
  readonly password: string | null;
  readonly clientSecret: string | null;
}
