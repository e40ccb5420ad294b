import type { ImapFlow } from 'imapflow';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { type ConnectionOptions, type Endpoint, endpointOf } from '../connection/connection.ts';
import type { ImapAuth } from './imap-client.ts';
import { openInbox } from './imap-inbox.ts';
import { connectWithToken } from './office365.ts';
import { passwordOf } from '../connection/password.ts';
import { MailError } from '../connection/session.ts';
import type { TokenSource } from '../microsoft/tokens.ts';

/** An IDLE is begun anew after 25 minutes: servers may end one after half an hour (RFC 2177 §3). */
const maxIdleMs = 25 * 60_000;

/** A watching connection is told of numbers only. */
const maxLiteralOctets = 64 * 1024;

/** An inbox that is watched on a connection of its own. */
export interface InboxWatch {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface WatchOptions extends ConnectionOptions {
  readonly tokens: TokenSource;
}

/**
 * Watches an inbox by IMAP IDLE (RFC 2177). `onArrival` is called for each arrival, and once at the beginning when the inbox holds
 * anything. The connection reads nothing and changes nothing (EXAMINE). Types imap4 and office365. Throws MailError, of the kind
 * `protocol` where the server has no IDLE.
 */
export function watchInbox(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: WatchOptions,
  onArrival: () => void,
): Promise<InboxWatch> {
  const connect = (endpoint: Endpoint, auth: ImapAuth): Promise<InboxWatch> => idle(endpoint, auth, options, onArrival);
  return mailbox.type === 'office365'
    ? connectWithToken(mailbox, secrets, options.tokens, connect)
    : connect(endpointOf(mailbox), { user: mailbox.login, pass: passwordOf(mailbox, secrets) });
}

async function idle(
  endpoint: Endpoint,
  auth: ImapAuth,
  options: ConnectionOptions,
  onArrival: () => void,
): Promise<InboxWatch> {
  const { client, inbox } = await openInbox(endpoint, auth, {
    ...options,
    maxLiteralOctets,
    maxIdleMs,
    readOnly: true,
  });
  if (!client.capabilities.has('IDLE')) {
    client.close();
    throw withoutIdle();
  }
  const ended = new Promise<void>((resolve) => client.once('close', resolve));
  client.on('exists', ({ count, prevCount }) => {
    if (count > prevCount) onArrival();
  });
  if (inbox.exists > 0) onArrival();
  void stayIdle(client);
  return { ended, close: () => client.close() };
}

/** IDLE ends when the connection does, or when the server refuses it or ends it: the connection is of no use then. */
async function stayIdle(client: ImapFlow): Promise<void> {
  try {
    while (client.usable && (await client.idle()) !== false) {
      // A NOOP of the library's own ended it, by which it knows that the server is still there.
    }
  } catch {
    // The connection is gone; whoever waits for its end is told of that.
  } finally {
    client.close();
  }
}

const withoutIdle = (): MailError =>
  new MailError('protocol', 'The server has no IDLE.', 'Switch Push off; the mailbox is read at its interval.');
