import type { PendingMessage } from '../../db/messages/ledger.ts';
import { readRaw } from '../../db/messages/raw-messages.ts';
import { isServerMessageId, serverMessageIdsAmong, ticketOfServerMessageIds } from '../../db/outgoing/outbox.ts';
import { createReplyIds, type ReplyIds } from '../../db/outgoing/reply-ids.ts';
import type { Db } from '../../db/shared/connect.ts';
import { soleSender } from '../../domain/handling/facts-query.ts';
import { isAutomatic } from '../../domain/handling/automatic.ts';
import { defaultPolicy } from '../../domain/handling/policy.ts';
import { screen } from '../../domain/handling/screen.ts';
import { applyRules, type RuledMail } from '../../domain/handling/apply-rules.ts';
import type { MailRule } from '../../domain/mailboxes/mail-rule.ts';
import { searchPattern } from '../../instructions/patterns.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { ExchangeTenant } from '../../mail/authentication/exchange-internal.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import type { MimeReading } from '../../mail/mime/mime.ts';
import { understand, type Understanding } from '../../mail/mime/understand.ts';
import type { ActivityDeps } from '../shared/deps.ts';

/** A message as understood and as the rules of its mailbox fill it in, and whether its From line is true. */
export interface ReadMessage {
  readonly understanding: Understanding;
  readonly senderAuthentication: SenderAuthentication;
  /** Names of the rules that matched. */
  readonly rules: readonly string[];
  /** The rule that ends it, and how; null for none. */
  readonly verdict: RuledMail['verdict'];
}

/** Spec §14: the one place where the rules of a mailbox are applied. Somebody looked at a released message: no rule ends it again. */
export const withRules = (
  understanding: Understanding,
  rules: readonly MailRule[],
  { trustedSenders }: Pick<Mailbox, 'trustedSenders'>,
  { released }: Pick<PendingMessage, 'released'>,
): Pick<ReadMessage, 'understanding' | 'rules' | 'verdict'> => {
  if (!understanding.ok) return { understanding, rules: [], verdict: null };
  const { instruction, matched, verdict } = applyRules(understanding, rules, searchPattern, trustedSenders);
  return { understanding: { ...understanding, instruction }, rules: matched, verdict: released ? null : verdict };
};

/**
 * Begins to understand all of these; what is asked of the database about each mail is asked once for all. `raw`: octets that are at hand, by
 * ledger id.
 */
export function readMessages(
  deps: ActivityDeps,
  mailbox: Mailbox,
  pending: readonly PendingMessage[],
  { raw, rules }: { readonly raw: ReadonlyMap<number, Uint8Array>; readonly rules: readonly MailRule[] },
): readonly { readonly pending: PendingMessage; readonly reading: Promise<ReadMessage> }[] {
  const foreign = withoutNotice(
    foreignMessageIds(
      deps.db,
      pending.flatMap(({ id }) => raw.get(id) ?? []),
    ),
  );
  return pending.map((message) => ({
    pending: message,
    reading: withoutNotice(readMessage(deps, mailbox, message, raw.get(message.id), rules, foreign)),
  }));
}

/** A promise that is awaited later must not be an unhandled rejection until then. */
function withoutNotice<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** As far as msg-ids are looked for in a header that nobody has read yet. */
const headerOctets = 65_536;

/** Of what looks like a msg-id in the headers of these mails: those that no server gave to a mail of ours. */
async function foreignMessageIds(db: Db, mails: readonly Uint8Array[]): Promise<ReadonlySet<string>> {
  const ids = new Set(
    mails.flatMap((raw) => {
      const [header = ''] = Buffer.from(raw.subarray(0, headerOctets))
        .toString('latin1')
        .split(/\r?\n\r?\n/, 1);
      return header.match(/<[^<>\s]{1,998}>/g) ?? [];
    }),
  );
  if (ids.size === 0) return ids;
  const given = await serverMessageIdsAmong(db, [...ids]);
  return new Set([...ids].filter((id) => !given.has(id)));
}

/**
 * `stored`: its octets where they are at hand; otherwise they come from the database. `foreign`: msg-ids of which it is known that they are
 * none of ours; any other is looked for. Throws where a fault is not the mail's form.
 */
export async function readMessage(
  { db, mimeReader, senderVerifier, secretBox, timeZone, dateFormat }: ActivityDeps,
  mailbox: Mailbox,
  pending: PendingMessage,
  stored: Uint8Array | undefined,
  rules: readonly MailRule[] = [],
  foreign: Promise<ReadonlySet<string>> = Promise.resolve(new Set<string>()),
): Promise<ReadMessage> {
  const { id, oversized, size } = pending;
  if (oversized)
    return unread(
      'too_large',
      `${String(size)} octets; this mailbox takes ${String(mailbox.maxMessageBytes)}. Raise Max Message Size and release it.`,
    );
  const raw = stored ?? (await readRaw(db, id));
  if (raw === null) return unread('unreadable', 'Its original is gone.');
  const reading = await withReference(db, await mimeReader.read(raw), createReplyIds(secretBox), await foreign);
  const senderAuthentication = await senderVerifier.authenticate({
    mode: mailbox.senderAuthentication,
    servers: mailbox.authenticationServers,
    from: reading.ok ? (soleSender(reading.message)?.address.toLowerCase() ?? null) : null,
    headers: reading.ok ? reading.message.headers : [],
    raw,
    tenant: reading.ok ? tenantOf(mailbox, reading.message) : null,
  });
  const { acceptCurlyQuotes } = mailbox;
  const understanding = understand(reading, { dateFormat, timeZone, acceptCurlyQuotes });
  return { ...withRules(understanding, rules, mailbox, pending), senderAuthentication };
}

/** Whose internal mail the message may be: a person's, in a mailbox that Exchange Online itself filled. */
const tenantOf = (mailbox: Mailbox, message: Message): ExchangeTenant | null => {
  const { type, exchangeInternal, directoryId, ownDomains } = mailbox;
  const isExchange = exchangeInternal && (type === 'office365' || type === 'graph');
  if (!isExchange || directoryId === null || isAutomatic(message) || screen(message, defaultPolicy) !== null)
    return null;
  return { directoryId, ownDomains };
};

/** The ticket of the mail that it replies to, the nearest reference first (RFC 5322 §3.6.4), and whether it is a mail of ours that comes back. */
const withReference = async (
  db: Db,
  reading: MimeReading,
  replyIds: ReplyIds,
  foreign: ReadonlySet<string>,
): Promise<MimeReading> => {
  if (!reading.ok) return reading;
  const { inReplyTo, references, messageId } = reading.message;
  const named = [...inReplyTo, ...references.toReversed()];
  const repliesTo =
    replyIds.ticketOf(named) ??
    (await ticketOfServerMessageIds(
      db,
      named.filter((id) => !foreign.has(id)),
    ));
  const isOwn =
    messageId !== null &&
    (replyIds.mailOf(messageId) !== null || (!foreign.has(messageId) && (await isServerMessageId(db, messageId))));
  return { ...reading, message: { ...reading.message, repliesTo, isOwn } };
};

const unread = (reason: 'too_large' | 'unreadable', explanation: string): ReadMessage => ({
  understanding: { ok: false, reason, explanation, subject: null, from: null, messageId: null },
  senderAuthentication: 'none',
  rules: [],
  verdict: null,
});
