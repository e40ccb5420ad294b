import { promises as dns } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate, type DNSResolver } from 'mailauth';
import type { HeaderField } from '../../domain/messages/message.ts';
import type { SenderAuthentication, SenderAuthenticationMode } from '../../domain/mailboxes/sender-authentication.ts';
import { isExchangeInternal, type ExchangeTenant } from './exchange-internal.ts';
import { trustedResults } from './authentication-results.ts';

export interface AuthenticationRequest {
  readonly mode: SenderAuthenticationMode;
  /** The receiving servers that are believed, lower case. */
  readonly servers: readonly string[];
  /** The one address of the From field, lower case; null when there is not exactly one. */
  readonly from: string | null;
  readonly headers: readonly HeaderField[];
  readonly raw: Uint8Array;
  /** The tenant whose internal mail is a proof; null for none, and for what a program wrote. */
  readonly tenant?: ExchangeTenant | null;
}

export type { DNSResolver };

/** More signatures than this prove nothing and are not looked at (RFC 6376 §6.1): each of them may cost a pass over the whole mail. */
const maxSignatures = 10;

/** What decides how a mail is read: each of these that the mail has must be signed, as often as it has it. */
const deciding = ['from', 'subject', 'date', 'in-reply-to', 'references', 'content-type', 'content-transfer-encoding'];

/** DNS has this long, all in all; then nothing is proved. */
const maxWaitMs = 15_000;

/**
 * Whether the From line is true (spec §7). Only DMARC says something about it: SPF is about the envelope, a DKIM signature alone
 * about whoever signed. What cannot be checked is `none`, never `pass`. Never throws.
 */
export const authenticateSender = async (
  request: AuthenticationRequest,
  resolver: DNSResolver = dns.resolve,
): Promise<SenderAuthentication> => {
  if (request.mode === 'off') return 'off';
  const { from } = request;
  if (from === null) return 'none';
  if (request.tenant && isExchangeInternal(from, request.headers, request.tenant)) return 'pass';
  return request.mode === 'verify' ? verify(from, request, resolver) : verdictOfServer(from, request);
};

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

const verdictOfServer = (from: string, { headers, servers }: AuthenticationRequest): SenderAuthentication => {
  const dmarc = trustedResults(headers, servers)?.results.filter(({ method }) => method === 'dmarc') ?? [];
  const [only] = dmarc;
  if (only === undefined || dmarc.length > 1) return 'none';
  const about = only.properties.get('header.from')?.toLowerCase().replace(/^.*@/u, '');
  if (about !== domainOf(from)) return 'none';
  return only.result === 'pass' || only.result === 'fail' ? only.result : 'none';
};

/** Lines of the header block that begin so, as any parser may see them; folded or not. */
const countSignatures = (raw: Uint8Array): number => {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const end = /\r?\n\r?\n|\r\r/u.exec(text)?.index ?? text.length;
  return text.slice(0, end).match(/^dkim-signature/gimu)?.length ?? 0;
};

type DkimResult = Awaited<ReturnType<typeof authenticate>>['dkim']['results'][number];

/** Whether the signature is over the whole body and over what decides how the mail is read. */
const coversAll = ({ status, signingHeaders }: DkimResult, headers: readonly HeaderField[]): boolean => {
  if ((status.underSized ?? 0) > 0) return false;
  const signed = (signingHeaders?.headers ?? []).map((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase());
  return deciding.every(
    (name) => signed.filter((field) => field === name).length >= headers.filter(([field]) => field === name).length,
  );
};

/**
 * DKIM and DMARC over the octets. Who delivered the mail is not known any more, so there is no SPF; a mail that only SPF would prove
 * is `none`, one whose own domain's signature is broken `fail`.
 */
const verify = async (
  from: string,
  { raw, headers }: AuthenticationRequest,
  resolver: DNSResolver,
): Promise<SenderAuthentication> => {
  try {
    if (countSignatures(raw) > maxSignatures) return 'none';
    const over = new AbortController();
    const checked = await Promise.race([
      authenticate(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), {
        mta: 'localhost',
        strict: true,
        rejectRsaSha1: true,
        disableArc: true,
        disableBimi: true,
        resolver,
      }),
      sleep(maxWaitMs, undefined, { signal: over.signal }).catch(() => undefined),
    ]).finally(() => over.abort());
    if (checked === undefined) return 'none';
    // Both parsers must see the same one address: where they differ, somebody wants them to.
    const seen = checked.dkim.headerFrom;
    if (!Array.isArray(seen) || seen.length !== 1 || seen[0]?.toLowerCase() !== from) return 'none';
    const dmarc = checked.dmarc === false ? 'none' : checked.dmarc.status.result;
    const whole = checked.dkim.results.some(
      (result) => result.status.result === 'pass' && Boolean(result.status.aligned) && coversAll(result, headers),
    );
    if (dmarc === 'pass') return whole ? 'pass' : 'none';
    const broken = checked.dkim.results.some(
      ({ status, signingDomain }) => status.result === 'fail' && signingDomain?.toLowerCase() === domainOf(from),
    );
    return dmarc === 'fail' && broken ? 'fail' : 'none';
  } catch {
    return 'none';
  }
};
