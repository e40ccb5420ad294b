import type { MailboxType } from './mailbox.ts';

/** What says where a mailbox's secrets are sent. */
export interface SecretPlace {
  readonly type: MailboxType;
  readonly mailServer: string | null;
  readonly port: number | null;
  readonly login: string | null;
  readonly sslTls: boolean;
  readonly startTls: boolean;
  readonly applicationId: string | null;
  readonly directoryId: string | null;
}

/**
 * Whether secrets that were entered for one place would go to the same one, in the same way. Those of Microsoft 365 go to its sign-in, of one
 * tenant and application, and never to the mail server itself.
 */
export const isSameSecretPlace = (a: SecretPlace, b: SecretPlace): boolean => placeOf(a) === placeOf(b);

const placeOf = (at: SecretPlace): string => {
  switch (at.type) {
    case 'pop3':
    case 'imap4': {
      const server = at.mailServer?.toLowerCase() ?? null;
      return JSON.stringify([at.type, server, at.port, at.sslTls, at.startTls, at.login]);
    }
    case 'office365':
    case 'graph':
      return JSON.stringify(['microsoft', at.directoryId, at.applicationId, at.login]);
  }
};
