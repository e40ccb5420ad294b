import { ImapFlow } from 'imapflow';
import { defaultTimeoutMs } from '../connection/connection.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { checkedTarget } from '../connection/mail-hosts.ts';
import { property } from '../connection/mail-errors.ts';
import { trusting } from '../connection/socket.ts';

export interface ImapAuth {
  readonly user: string;
  readonly pass?: string;
  readonly accessToken?: string;
}

/** The last command that the server of a client refused. */
const refusals = new WeakMap<ImapFlow, Error>();

const ignore = (): void => undefined;
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, fatal: ignore };

/** A client that logs nothing, never falls back to clear text, and has a bound on every wait and every literal. Throws MailError for a place where no mail server is. */
export function createImapClient(
  endpoint: Endpoint,
  auth: ImapAuth,
  options: ConnectionOptions & {
    readonly maxLiteralOctets: number;
    /** How long an IDLE lasts before it is begun anew, ms; absent: for ever. */
    readonly maxIdleMs?: number;
  },
): ImapFlow {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const { host, port, lookup } = checkedTarget(endpoint, options.hosts);
  const remember = (entry: unknown): void => {
    const refusal = property(entry, 'err');
    if (refusal instanceof Error && property(refusal, 'responseStatus') !== undefined) refusals.set(client, refusal);
  };
  const client: ImapFlow = new ImapFlow({
    host,
    port,
    secure: endpoint.security === 'tls',
    // Left out, it would go on in clear text when the offer of STARTTLS is stripped on the way.
    doSTARTTLS: endpoint.security === 'starttls',
    // The library gives them to `connect` of node:net, too.
    tls: { ...trusting(options.ca), lookup },
    auth,
    // The library tells the log alone what a server says when it refuses a SEARCH.
    logger: { ...silent, warn: (entry: unknown) => remember(entry) },
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxLiteralSize: options.maxLiteralOctets,
    ...(options.maxIdleMs !== undefined && { maxIdleTime: options.maxIdleMs }),
  });
  // Without a listener a lost connection ends the process; the command under way, or the next one, tells it as well.
  client.on('error', () => undefined);
  return client;
}

/** UIDs as an IMAP sequence set (RFC 9051 §4.1.1), neighbours joined: `1:3,7`. */
export function sequenceSet(uids: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const uid of uids.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && uid <= range[1] + 1) range[1] = uid;
    else ranges.push([uid, uid]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}:${last}`)).join(',');
}

/**
 * UIDs that match, in ascending order. Throws when the server refuses the search, or is gone (which the library does not
 * throw), so that neither reads as "none".
 */
export async function searchUids(client: ImapFlow, query: Parameters<ImapFlow['search']>[0]): Promise<number[]> {
  refusals.delete(client);
  const found = await client.search(query, { uid: true });
  if (Array.isArray(found)) return found;
  if (!client.usable) throw new ConnectionGone();
  throw refusals.get(client) ?? new SearchRefused();
}

class SearchRefused extends Error {
  readonly responseStatus = 'NO';
}

class ConnectionGone extends Error {
  readonly code = 'NoConnection';
}
