import type { LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext, getCACertificates } from 'node:tls';
import type { SecureContext, TLSSocket } from 'node:tls';
import { defaultTimeoutMs } from './connection.ts';
import { checkedTarget, type Target } from './mail-hosts.ts';
import type { ConnectionOptions, Endpoint } from './connection.ts';

const contexts = new Map<string, SecureContext>();

/** TLS options that trust the authorities of `ca` besides Node's own. Cached: a context of all authorities costs milliseconds. */
export function trusting(ca: string | undefined): { readonly secureContext?: SecureContext } {
  if (ca === undefined) return {};
  let secureContext = contexts.get(ca);
  if (secureContext === undefined) {
    secureContext = createSecureContext({ ca: [...getCACertificates('default'), ca] });
    contexts.set(ca, secureContext);
  }
  return { secureContext };
}

export class SocketTimeout extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * Connects to an address that was checked; `found` spares resolving the name again. Throws what Node throws, SocketTimeout, or MailError for a
 * place where no mail server is. The socket keeps the time-out: its `timeout` event means silence of `timeoutMs`.
 */
export async function connectTcp(
  endpoint: Target,
  options: ConnectionOptions,
  found?: readonly LookupAddress[],
): Promise<Socket> {
  const socket = connect({ ...checkedTarget(endpoint, options.hosts, found), keepAlive: true });
  await settled(socket, 'connect', options);
  return socket;
}

/**
 * Starts TLS on a connected socket and checks the certificate, as Node does it by default.
 * `unverified` leaves the check to the caller, who must not send anything worth protecting before it.
 */
export async function startTls(
  socket: Socket,
  endpoint: Pick<Endpoint, 'host'>,
  options: ConnectionOptions & { readonly unverified?: boolean },
): Promise<TLSSocket> {
  // Its octets go past it from now on: its own time-out would take that for silence.
  socket.setTimeout(0).removeAllListeners('timeout');
  const secured = connectTls({
    socket,
    host: endpoint.host,
    ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
    rejectUnauthorized: options.unverified !== true,
    ...trusting(options.ca),
  });
  try {
    await settled(secured, 'secureConnect', options);
    return secured;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function settled(socket: Socket, event: 'connect' | 'secureConnect', options: ConnectionOptions): Promise<void> {
  const { signal, timeoutMs = defaultTimeoutMs } = options;
  let cancel = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      cancel = () => socket.destroy(new Error('aborted'));
      if (signal?.aborted === true) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      socket.once('error', reject);
      socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
      socket.setTimeout(timeoutMs, () => socket.destroy(new SocketTimeout('timeout')));
      socket.once(event, () => resolve());
    });
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
