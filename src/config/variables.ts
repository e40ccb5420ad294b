import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** A text with a rule: `explain` returns what is wrong and the remedy, or undefined. */
const text = (explain: (value: string) => string | undefined) =>
  z.string().check((context) => {
    const problem = explain(context.value);
    if (problem !== undefined) context.issues.push({ code: 'custom', message: problem, input: context.value });
  });

const found = (value: string): string => `found ${JSON.stringify(value)}`;

const domainName = /^(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$/;
const isHost = (value: string): boolean => isIP(value) !== 0 || (domainName.test(value) && !/^[\d.]+$/.test(value));
const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) <= 65_535;

const withoutSlash = (value: string): string => (value.endsWith('/') ? withoutSlash(value.slice(0, -1)) : value);

/** A URL may hold a password, so only its scheme is ever shown. */
const urlOf = (schemes: readonly string[], example: string) =>
  text((value) => {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
    const remedy = `write ${example}, with special characters in user and password percent-encoded`;
    if (scheme === undefined) return `found no URL (value not shown: it may hold a password); ${remedy}`;
    if (!schemes.includes(scheme)) return `found a URL that begins with ${scheme}://; ${remedy}`;
    const url = URL.parse(value);
    if (url === null) return `found a URL that cannot be read (value not shown: it may hold a password); ${remedy}`;
    if (url.hostname === '') return `found a URL without a host; ${remedy}`;
    return undefined;
  });

export const databaseUrl = urlOf(['postgres', 'postgresql'], 'postgres://user:password@host:5432/database');
export const smtpUrl = urlOf(['smtp', 'smtps'], 'smtp://user:password@host:587 or smtps://user:password@host:465');

/** An address of a page, without a slash at the end. */
export const webAddress = urlOf(['http', 'https'], 'http://127.0.0.1:8233').transform((value) => withoutSlash(value));

/** An address that tokens are sent to: nothing but https, and no slash at the end. */
export const httpsAddress = text((value) => {
  const url = URL.parse(value);
  const plain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  return plain && url.protocol === 'https:'
    ? undefined
    : 'found no https address (value not shown: it may hold a password); write it as in https://login.microsoftonline.us';
}).transform((value) => withoutSlash(value));

/** As httpsAddress, but with its path as it is; on this machine itself http will do. */
export const issuer = text((value) => {
  const url = URL.parse(value);
  const near = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const plain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  return plain && (url.protocol === 'https:' || (near && url.protocol === 'http:'))
    ? undefined
    : `found another thing (value not shown: it may hold a password); write the https address of the issuer, as in https://login.microsoftonline.com/<tenant>/v2.0`;
});

export const hostName = text((value) =>
  isHost(value) ? undefined : `${found(value)}; write a host name or an IP address, such as 127.0.0.1`,
);

export const hostAndPort = text((value) => {
  const match = /^(?:\[([^\]]+)\]|([^:/]+)):(\d+)$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  const valid = host !== undefined && isHost(host) && isPort(match?.[3] ?? '');
  return valid ? undefined : `${found(value)}; write host:port without a scheme, such as 127.0.0.1:7233`;
});

export const port = text((value) =>
  isPort(value) ? undefined : `${found(value)}; write a whole number from 0 to 65535 (0: any free port)`,
).transform(Number);

export const namespace = text((value) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/.test(value)
    ? undefined
    : `${found(value)}; write the name of a Temporal namespace, such as default`,
);

/** Spec §12: 32 bytes, base64 (the URL alphabet is taken too). */
const keyProblem = (value: string): string | undefined => {
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64').length : undefined;
  if (bytes === 32) return undefined;
  const what = bytes === undefined ? 'found text that is not base64' : `found ${bytes} bytes`;
  return `${what}; write 32 bytes in base64, made by: openssl rand -base64 32`;
};
const toKey = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'base64'));
const listItems = (value: string): string[] => value.split(',').map((item) => item.trim());

/** IP addresses and ranges of them (CIDR), with commas between. */
export const addressRanges = text((value) => {
  const wrong = listItems(value).find((item) => (item.includes('/') ? !ipaddr.isValidCIDR(item) : isIP(item) === 0));
  return wrong === undefined
    ? undefined
    : `${found(wrong)}; write IP addresses or ranges with commas between, such as 127.0.0.1, 10.0.0.0/8`;
}).transform(listItems);

/** As addressRanges, all of them loopback; `localhost` stands for all that there is of it. */
export const loopbackRanges = text((value) => {
  const wrong = listItems(value).find((item) => item !== 'localhost' && !isLoopback(item));
  return wrong === undefined
    ? undefined
    : `${found(wrong)}; write the loopback addresses of mail servers beside the agent, such as 127.0.0.1, ::1 or localhost (others need not be listed)`;
}).transform((value) => listItems(value).flatMap((item) => (item === 'localhost' ? ['127.0.0.0/8', '::1'] : [item])));

const isLoopback = (item: string): boolean => {
  if (item.includes('/') ? !ipaddr.isValidCIDR(item) : isIP(item) === 0) return false;
  const [address, bits] = item.includes('/') ? ipaddr.parseCIDR(item) : [ipaddr.process(item), 128];
  return address.range() === 'loopback' && bits >= (address.kind() === 'ipv4' ? 8 : 128);
};

export const secretKey = text(keyProblem).transform(toKey);

/** Several, with commas between. */
export const secretKeys = text((value) => {
  for (const [index, item] of listItems(value).entries()) {
    const problem = keyProblem(item);
    if (problem !== undefined) return `key ${index + 1}: ${problem}`;
  }
  return undefined;
}).transform((value) => listItems(value).map(toKey));

export const adminToken = text((value) => {
  const remedy = 'write 16 or more letters, digits or -._~+/= without spaces, made by: openssl rand -hex 32';
  // RFC 6750 §2.1: what can follow "Bearer ".
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(value)) return `found characters that a bearer token cannot hold; ${remedy}`;
  return value.length < 16 ? `found only ${String(value.length)} characters; ${remedy}` : undefined;
});

export const timeZone = text((value) => {
  try {
    Intl.DateTimeFormat('en', { timeZone: value });
    return undefined;
  } catch {
    return `${found(value)}; write an IANA time zone, such as Europe/Paris or UTC`;
  }
});

export const dateFormat = text((value) => {
  const tokens = value.match(/[A-Za-z]+/g) ?? [];
  const valid = tokens.toSorted().join(' ') === 'MM dd yyyy' || tokens.toSorted().join(' ') === 'MM dd yy';
  return valid && /^[A-Za-z]+[-/. ]+[A-Za-z]+[-/. ]+[A-Za-z]+$/.test(value)
    ? undefined
    : `${found(value)}; write dd, MM and yyyy in your order with / - . or a space between, such as dd/MM/yyyy`;
});

const logTypes = ['lt_All', 'lt_Error', 'lt_None'] as const;
export const logType = z.enum(logTypes, {
  error: ({ input }) => `${found(String(input))}; write ${logTypes.join(', ')}`,
});

export const certificateFile = text((value) => {
  const remedy = 'write the path of a PEM file with the certificates of the authorities to trust';
  try {
    if (readFileSync(value, 'utf8').includes('-----BEGIN CERTIFICATE-----')) return undefined;
    return `${found(value)}, a file without a PEM certificate; ${remedy}`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return `${found(value)}, which cannot be read (${code}); ${remedy}`;
  }
});
