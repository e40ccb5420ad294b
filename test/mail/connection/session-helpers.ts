import { createHash, randomUUID } from 'node:crypto';
import type { Mailbox } from '../../../src/domain/mailboxes/mailbox.ts';
import { MailError } from '../../../src/mail/connection/session.ts';
import { openSession } from '../../../src/mail/open-session.ts';
import type { MailSession, RemovalRequest } from '../../../src/mail/connection/session.ts';
import { dovecotPassword } from '../../support/dovecot.ts';
import type { Dovecot } from '../../support/dovecot.ts';
import { localMailHosts, mailboxOf } from '../../support/mailbox.ts';

/** As openSession, at a mail server of this machine. */
export const openLocalSession: typeof openSession = (mailbox, secrets, options) =>
  openSession(mailbox, secrets, { hosts: localMailHosts, ...options });

export const password = { password: dovecotPassword, clientSecret: null };

export type Security = 'plain' | 'starttls' | 'tls';

/** A mailbox with an inbox of its own on a test server. */
export function mailboxOn(
  server: Pick<Dovecot, 'imapPort' | 'imapsPort' | 'pop3Port' | 'pop3sPort'>,
  type: 'imap4' | 'pop3',
  security: Security,
  fields: Partial<Mailbox> = {},
): Mailbox {
  const ports = { imap4: [server.imapPort, server.imapsPort], pop3: [server.pop3Port, server.pop3sPort] } as const;
  const [plain, tls] = ports[type];
  return mailboxOf({
    type,
    mailServer: 'localhost',
    port: security === 'tls' ? tls : plain,
    login: `${randomUUID()}@example.test`,
    sslTls: security === 'tls',
    startTls: security === 'starttls',
    ...fields,
  });
}

export const mail = (subject: string, body = 'hello'): string =>
  `From: a@example.test\r\nSubject: ${subject}\r\n\r\n${body}\r\n`;

export const sha256 = (octets: Uint8Array | string): string => createHash('sha256').update(octets).digest('hex');

export const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

/** Everything in the inbox, as text, in the session's order. */
export async function readAll(
  session: MailSession,
): Promise<{ readonly ids: readonly string[]; readonly mails: string[] }> {
  const ids = await session.list();
  const mails: string[] = [];
  for await (const { raw } of session.fetch(await session.describe(ids))) mails.push(textOf(raw));
  return { ids, mails };
}

/** Ids with the hashes of what is stored under them. */
export async function removalOf(session: MailSession, ids: readonly string[]): Promise<RemovalRequest[]> {
  const requests: RemovalRequest[] = [];
  for await (const { protocolId, raw } of session.fetch(await session.describe(ids))) {
    requests.push({ protocolId, rawSha256: sha256(raw) });
  }
  return requests;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** The MailError that a promise rejects with. */
export async function mailErrorOf(promise: Promise<unknown>): Promise<MailError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof MailError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
