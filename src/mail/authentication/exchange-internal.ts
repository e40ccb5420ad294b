import type { HeaderField } from '../../domain/messages/message.ts';
import { serverOf } from './authentication-results.ts';

/** The tenant whose internal mail is believed. */
export interface ExchangeTenant {
  readonly directoryId: string;
  /** Lower case. */
  readonly ownDomains: readonly string[];
}

/**
 * Whether Exchange Online says of a mail in one of its own mailboxes that somebody of the tenant sent it, signed in. It removes these fields
 * from what comes in from outside, and writes a verdict without a name on that: all must be as it writes them, once each, and with no verdict
 * beside or above them.
 * @param from the one address of the From field, lower case
 */
export const isExchangeInternal = (
  from: string,
  headers: readonly HeaderField[],
  { directoryId, ownDomains }: ExchangeTenant,
): boolean => {
  const only = (name: string): string | null => {
    const found = headers.filter(([field]) => field === name);
    return found.length === 1 ? (found[0]?.[1].trim() ?? null) : null;
  };
  const has = (name: string): boolean => headers.some(([field]) => field === name);
  const verdict = headers.findIndex(([field]) => field === 'authentication-results');
  const stamp = headers.findIndex(([field]) => field === authAs);
  return (
    ownDomains.includes(from.slice(from.lastIndexOf('@') + 1)) &&
    only(authAs) === 'Internal' &&
    authSource.test(only(authSourceField) ?? '') &&
    (!has(crossTenantId) || only(crossTenantId)?.toLowerCase() === directoryId.toLowerCase()) &&
    (verdict === -1 || stamp < verdict) &&
    // One whose server cannot be read may be without one.
    headers.every(([field, value]) => field !== 'authentication-results' || typeof serverOf(value) === 'string')
  );
};

const authAs = 'x-ms-exchange-organization-authas';
const authSourceField = 'x-ms-exchange-organization-authsource';
const crossTenantId = 'x-ms-exchange-crosstenant-id';
/** Of the worldwide cloud; the national ones write others. */
const authSource = /^(?:[a-z0-9-]{1,63}\.){1,6}prod\.outlook\.com$/iu;
