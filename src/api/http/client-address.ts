import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';

declare module 'hono' {
  interface ContextVariableMap {
    clientAddress: string;
    isSecure: boolean;
  }
}

/** Addresses and ranges (CIDR) of the proxies whose X-Forwarded-For is believed. */
export type TrustedProxies = readonly string[];

/**
 * The address of the last hop that is no proxy of ours: X-Forwarded-For is read from its end, each entry written by the hop behind it, so that
 * nothing that the client wrote is believed. `peer`: what the connection comes from.
 */
export const lastUntrustedHop = (peer: string, forwardedFor: string | undefined, trusted: TrustedProxies): string => {
  const isTrusted = (address: string): boolean => isWithin(address, trusted);
  let hop = plainAddress(peer) ?? peer;
  for (const entry of (forwardedFor ?? '').split(',').toReversed()) {
    if (!isTrusted(hop)) return hop;
    const before = plainAddress(entry.trim());
    if (before === undefined) return hop;
    hop = before;
  }
  return hop;
};

/** Finds out for each request whom it comes from, and says once when a proxy seems to be there that nobody named. */
export const findClientAddress = (trusted: TrustedProxies, logger: Logger): MiddlewareHandler => {
  let told = false;
  return async (c, next) => {
    const peer = peerOf(c);
    const forwardedFor = c.req.header('X-Forwarded-For');
    if (!told && forwardedFor !== undefined && !isWithin(peer, trusted)) {
      told = true;
      logger.warn({ peer }, 'X-Forwarded-For is not believed: if this is your proxy, name it in TSA_TRUSTED_PROXIES');
    }
    c.set('clientAddress', lastUntrustedHop(peer, forwardedFor, trusted));
    c.set(
      'isSecure',
      new URL(c.req.url).protocol === 'https:' ||
        (isWithin(peer, trusted) && c.req.header('X-Forwarded-Proto') === 'https'),
    );
    await next();
  };
};

/** Whom the request comes from, to show. */
export const clientAddress = (c: Context): string => c.get('clientAddress');

/** Whether the browser came by https, to us or to a proxy that is believed. */
export const isSecure = (c: Context): boolean => c.get('isSecure');

/** By what tries are counted: whoever has an IPv6 address has its 2^64 neighbours, too. */
export const addressCounted = (address: string): string => {
  if (!ipaddr.IPv6.isValid(address)) return address;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toNormalizedString()}/64`;
};

const peerOf = (c: Context): string => {
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown'; // asked without a socket
  }
};

/** One way to write each address: an IPv4 address within IPv6 is that one; without the port that some proxies add. */
const plainAddress = (text: string): string | undefined => {
  const bare = /^\[([^\]]{1,60})\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]{7,15}):\d{1,5}$/.exec(text)?.[1] ?? text;
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : undefined;
};

const isWithin = (address: string, ranges: readonly string[]): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [base, bits] = range.includes('/') ? ipaddr.parseCIDR(range) : [ipaddr.process(range), undefined];
    if (base.kind() !== parsed.kind()) return false;
    return parsed.match(base, bits ?? (base.kind() === 'ipv4' ? 32 : 128));
  });
};
