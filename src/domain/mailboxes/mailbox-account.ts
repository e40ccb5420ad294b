import type { Mailbox } from './mailbox.ts';
import { defaultPort } from './mailbox-defaults.ts';

type Account = Pick<Mailbox, 'type' | 'mailServer' | 'port' | 'login' | 'address' | 'sslTls'>;

/**
 * The account whose inbox a mailbox reads, as text to compare: server, port and login, or the address at Exchange Online, which shows
 * one inbox by both its protocols. Case-insensitive. Null while the form names no server.
 */
export function accountOf({ type, mailServer, port, login, address, sslTls }: Account): string | null {
  if (type === 'graph' || type === 'office365') return `exchange ${address.toLowerCase()}`;
  if (mailServer === null) return null;
  return `${mailServer.toLowerCase()}:${String(port ?? defaultPort(type, sslTls))} ${login.toLowerCase()}`;
}

/** Whether ids that one of the two gave say nothing about the other: another account, or another kind of id. */
export const isAnotherAccount = (one: Account, other: Account): boolean =>
  one.type !== other.type || accountOf(one) !== accountOf(other);
