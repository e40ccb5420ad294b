import type { MailboxType, SendVia } from './mailbox.ts';
import type { SenderAuthenticationMode } from './sender-authentication.ts';

/**
 * A secret in a form: absent (or undefined) keeps what is stored, null clears it, a text sets it (spec §2). Stored secrets are shown
 * as `secretMask`, which is therefore never a value.
 */
export type SecretInput = string | null | undefined;
export const secretMask = '********';

/** The mailbox form of spec §2 with the names of spec §12, complete but not yet judged. */
export interface MailboxDraft {
  readonly name: string;
  readonly active: boolean;
  readonly type: MailboxType;
  readonly readIntervalMinutes: number;
  readonly mailServer: string | null;
  readonly port: number | null;
  readonly login: string | null;
  readonly password?: SecretInput;
  readonly sslTls: boolean;
  readonly startTls: boolean;
  readonly applicationId: string | null;
  readonly directoryId: string | null;
  readonly clientSecret?: SecretInput;
  readonly secretExpiresAt: string | null;
  readonly origin: string | null;
  readonly createUnknownRequestors: boolean;
  readonly redirectUnknownEmailsTo: string | null;
  readonly address: string | null;
  readonly afterProcessing: 'delete' | 'move';
  readonly moveToFolder: string | null;
  readonly trustedSenders: readonly string[];
  readonly acceptCurlyQuotes: boolean;
  readonly senderAuthentication: SenderAuthenticationMode;
  readonly authenticationServers: readonly string[];
  readonly exchangeInternal: boolean;
  readonly ownDomains: readonly string[];
  readonly push: boolean;
  readonly sendVia: SendVia;
  readonly maxMessageBytes: number;
}

/** What the rules must know of the mailbox as it is stored. */
export interface StoredMailbox {
  readonly type: MailboxType;
  readonly hasPassword: boolean;
  readonly hasClientSecret: boolean;
  readonly mailServer: string | null;
  readonly port: number | null;
  readonly login: string | null;
  readonly sslTls: boolean;
  readonly startTls: boolean;
  readonly applicationId: string | null;
  readonly directoryId: string | null;
}

/** A form as a caller sends it: what is absent gets its default. */
export type MailboxForm = Pick<MailboxDraft, 'name' | 'type'> & {
  readonly [Field in Exclude<keyof MailboxDraft, 'name' | 'type'>]?: MailboxDraft[Field] | undefined;
};
