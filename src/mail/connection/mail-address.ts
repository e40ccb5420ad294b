import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { MailError } from './session.ts';

/** Where no mail server is, whoever asks for it: of this link (also a cloud's own data), of many machines, of none. */
const never: ReadonlySet<string> = new Set(['linkLocal', 'multicast', 'broadcast', 'unspecified']);

/** An IPv4 address in any of the ways to write it within IPv6 is that one. */
const rangeOf = (address: string): string => {
  const parsed = ipaddr.process(address.replace(/%.*$/u, ''));
  return parsed.range();
};

/** Throws MailError for an address that the agent does not connect to. */
const requireMailAddress = (host: string, address: string): void => {
  if (ipaddr.isValid(address.replace(/%.*$/u, '')) && !never.has(rangeOf(address))) return;
  throw new MailError(
    'unreachable',
    `${host} is ${address}, an address at which the agent talks to no mail server.`,
    'Enter the Mail Server by its name or its own address. Addresses of the link, of groups and of nobody are refused.',
  );
};

/** To connect to an address that was checked, and to no other: the name is looked up once. Each of its addresses has to be one of a mail server. */
export const checkedLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    try {
      if (error !== null) throw error;
      for (const { address } of found) requireMailAddress(host, address);
      if (options.all === true) done(null, found);
      else done(null, found[0]?.address ?? '', found[0]?.family);
    } catch (refused) {
      done(refused instanceof Error ? refused : new Error(String(refused)), []);
    }
  });
};

/** Throws MailError for a host that is an address, in any spelling, which no mail server has; names are checked when they are looked up. */
export const requireMailHost = (host: string): void => {
  if (isIP(host) !== 0) requireMailAddress(host, host);
};
