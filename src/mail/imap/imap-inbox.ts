import type { ImapFlow, MailboxObject } from 'imapflow';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { createImapClient, type ImapAuth } from './imap-client.ts';
import { type FailureContext, toMailError } from '../connection/mail-errors.ts';

export interface InboxOptions extends ConnectionOptions {
  readonly maxLiteralOctets: number;
  /** How long an IDLE lasts before it is begun anew, ms; absent: for ever. */
  readonly maxIdleMs?: number;
  /** By EXAMINE in place of SELECT. */
  readonly readOnly?: boolean;
}

export interface OpenInbox {
  readonly client: ImapFlow;
  readonly inbox: MailboxObject;
  /** Of what goes wrong from here on. */
  readonly failure: FailureContext;
}

/** Connects, logs in and opens the inbox. The signal cuts the connection, also later. Throws MailError. */
export async function openInbox(endpoint: Endpoint, auth: ImapAuth, options: InboxOptions): Promise<OpenInbox> {
  const { signal, readOnly = false } = options;
  const secrets = [auth.pass, auth.accessToken].filter((secret) => secret !== undefined);
  const client = createImapClient(endpoint, auth, options);
  const cut = (): void => client.close();
  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', cut, { once: true });
    client.once('close', () => signal?.removeEventListener('abort', cut));
    await client.connect();
    const inbox = await client.mailboxOpen('INBOX', { readOnly });
    return { client, inbox, failure: { endpoint, phase: 'reading', secrets, signal } };
  } catch (error) {
    client.close();
    throw toMailError(error, { endpoint, phase: 'connecting', secrets, signal });
  }
}
