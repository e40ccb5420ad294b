import { defaultPort } from '../../domain/mailboxes/mailbox-defaults.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { MailHosts, Target } from './mail-hosts.ts';
import { MailError } from './session.ts';

/** Where and how a mail server is reached. */
export interface Endpoint extends Target {
  readonly protocol: 'IMAP' | 'POP3';
  readonly security: 'plain' | 'starttls' | 'tls';
}

export interface ConnectionOptions {
  /** Ends whatever is under way: the connection is cut, and the call throws MailError `interrupted`. */
  readonly signal?: AbortSignal;
  /** PEM certificates of authorities that are trusted besides the ones that Node trusts. */
  readonly ca?: string;
  /** ms for each of: name and connection, TLS, greeting, and silence of the server afterwards. */
  readonly timeoutMs?: number;
  /** Where mailboxes may be read from. Absent: public and private addresses. */
  readonly hosts?: MailHosts;
}

export const defaultTimeoutMs = 60_000;

/** Larger than what is asked for in one command, so that only a server gone mad meets it: twice the mailbox's limit. */
export const maxOctetsAtOnce = (mailbox: Pick<Mailbox, 'maxMessageBytes'>): number =>
  2 * mailbox.maxMessageBytes + 1_048_576;

/** Of a mailbox of type pop3 or imap4. Throws MailError when it names no server. */
export function endpointOf(mailbox: Mailbox): Endpoint {
  const port = mailbox.port ?? defaultPort(mailbox.type, mailbox.sslTls);
  if (mailbox.mailServer === null || port === null) {
    throw new MailError(
      'unreachable',
      'The mailbox names no mail server.',
      'Enter the Mail Server and Port of the mailbox.',
    );
  }
  return {
    protocol: mailbox.type === 'pop3' ? 'POP3' : 'IMAP',
    host: mailbox.mailServer,
    port,
    security: mailbox.sslTls ? 'tls' : mailbox.startTls ? 'starttls' : 'plain',
    namedBy: 'mailbox',
  };
}
