import { and, asc, eq, gt, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { Disposition, ReasonCode } from '../../domain/messages/disposition.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { ConflictError } from '../shared/errors.ts';
import { planAnew, populated } from '../shared/sets.ts';
import { messages } from '../schema/index.ts';

/** A stored message that waits to be handled. Times are ISO 8601 UTC. */
export interface PendingMessage {
  readonly id: number;
  readonly mailboxId: number;
  readonly protocolId: string;
  readonly rawSha256: string;
  /** Octets. */
  readonly size: number;
  /** Stored in pieces because its mailbox takes no message that large: to be quarantined unread. */
  readonly oversized: boolean;
  readonly arrivedAt: string;
  /** Attempts that failed. */
  readonly attempts: number;
  /** An administrator had it handled again. */
  readonly released: boolean;
  /** With this category in place of the mail's and the mailbox's. */
  readonly releasedCategoryId: number | null;
  /** It was released where only a proof of its sender was wanting. */
  readonly vouched: boolean;
}

const pendingColumns = {
  id: messages.id,
  mailboxId: messages.mailboxId,
  protocolId: messages.protocolId,
  rawSha256: messages.rawSha256,
  size: messages.size,
  oversized: messages.oversized,
  arrivedAt: messages.arrivedAt,
  attempts: messages.attempts,
  released: sql<boolean>`${messages.releasedAt} is not null`,
  releasedCategoryId: messages.releasedCategoryId,
  vouched: messages.vouched,
};

/** The generation of an account that a mailbox begins with. */
export const firstAccount = 1;

/**
 * Which of these the ledger does not know, in the order given. An id whose message has left the inbox is not known: servers give ids
 * again, and what lies under it now may be another message.
 * @param account the generation of the mailbox's account that gave the ids
 */
export const unknownProtocolIds = async (
  db: Db | Tx,
  mailboxId: number,
  protocolIds: readonly string[],
  account = firstAccount,
): Promise<string[]> => {
  const known = await db.transaction(async (tx) => {
    const [, rows] = await Promise.all([
      planAnew(tx),
      tx
        .select({ id: messages.protocolId })
        .from(messages)
        .where(
          and(
            eq(messages.mailboxId, mailboxId),
            eq(messages.account, account),
            sql`${messages.protocolId} = any(${sql.param(protocolIds)}::text[])`,
            isNull(messages.removedAt),
          ),
        ),
    ]);
    return new Set(rows.map(({ id }) => id));
  });
  return protocolIds.filter((id) => !known.has(id));
};

/** In order of arrival; those whose next attempt is still to come are left out. `after`: the ledger id that they come after. */
export const listPending = (
  db: Db | Tx,
  mailboxId: number,
  now: string,
  limit: number,
  after = 0,
): Promise<PendingMessage[]> =>
  db
    .select(pendingColumns)
    .from(messages)
    .where(
      and(
        eq(messages.mailboxId, mailboxId),
        gt(messages.id, after),
        isNull(messages.disposition),
        or(isNull(messages.nextAttemptAt), lte(messages.nextAttemptAt, now)),
      ),
    )
    .orderBy(asc(messages.id))
    .limit(limit);

/** What a mailbox has still to do. */
export interface Backlog {
  /** Not yet handled, the postponed ones counted. */
  readonly pending: number;
  /** Left for an attempt of their own later than `now`. */
  readonly postponed: number;
  /** Handled and still in the inbox. */
  readonly toRemove: number;
  /** When the first postponed one is due; null when there is none. */
  readonly nextAttemptAt: string | null;
}

export const readBacklog = async (
  db: Db | Tx,
  mailboxId: number,
  now: string,
  account = firstAccount,
): Promise<Backlog> => {
  const later = sql`${messages.disposition} is null and ${messages.nextAttemptAt} > ${now}`;
  const [row] = await db
    .select({
      pending: sql<number>`count(*) filter (where ${messages.disposition} is null)::int`,
      postponed: sql<number>`count(*) filter (where ${later})::int`,
      toRemove: sql<number>`count(*) filter (where ${messages.disposition} is not null and ${messages.account} = ${account})::int`,
      nextAttemptAt: sql<string | null>`min(${messages.nextAttemptAt}) filter (where ${later})`.mapWith(
        messages.nextAttemptAt,
      ),
    })
    .from(messages)
    .where(
      and(
        eq(messages.mailboxId, mailboxId),
        // Said the long way, each half is a partial index: the ledger itself only grows.
        or(isNull(messages.disposition), toLeaveInbox),
      ),
    );
  return row ?? { pending: 0, postponed: 0, toRemove: 0, nextAttemptAt: null };
};

/** The message under a row lock, so that nobody else handles it; undefined when it is handled already. */
export const lockPending = async (tx: Tx, id: number): Promise<PendingMessage | undefined> => {
  const [row] = await tx
    .select(pendingColumns)
    .from(messages)
    .where(and(eq(messages.id, id), isNull(messages.disposition)))
    .for('update');
  return row;
};

/** How the handling of a message ended, with what was understood of it. */
export interface DispositionRecord {
  readonly id: number;
  readonly disposition: Disposition;
  readonly reason: ReasonCode | null;
  readonly explanation: string | null;
  readonly notices: readonly Diagnostic[];
  /** Names of the rules that matched; none by default. */
  readonly rules?: string[];
  readonly ticketNumber: string | null;
  readonly messageId: string | null;
  readonly contentKey: string | null;
  /** Lower case; null when the message has no one sender. */
  readonly fromAddress: string | null;
  readonly senderAuthentication: SenderAuthentication;
  readonly subject: string | null;
  readonly now: string;
}

/** Throws ConflictError when the message has a disposition already: it never gets a second one. */
export const recordDisposition = async (tx: Db | Tx, record: DispositionRecord): Promise<void> => {
  const { id, now, ...outcome } = record;
  const recorded = await tx
    .update(messages)
    .set({ ...outcome, handledAt: now, nextAttemptAt: null })
    .where(and(eq(messages.id, id), isNull(messages.disposition)))
    .returning({ id: messages.id });
  if (recorded.length === 0) throw new ConflictError('ledger_one_disposition', `Message ${id} is handled already.`);
};

/** Locks these in the order of their ids, so that nobody else handles them. Those that are handled already are not among the ids returned. */
export const lockAllPending = async (tx: Tx, ids: readonly number[]): Promise<readonly number[]> => {
  const rows = await tx
    .select({ id: messages.id })
    .from(messages)
    .where(and(sql`${messages.id} = any(${sql.param(ids)}::bigint[])`, isNull(messages.disposition)))
    .orderBy(asc(messages.id))
    .for('update');
  return rows.map(({ id }) => id);
};

/** As `recordDisposition`, for many. */
export const recordDispositions = async (tx: Tx, records: readonly DispositionRecord[]): Promise<void> => {
  const recorded = await tx.execute(sql`
    update ${messages} set message_id = ended.message_id, content_key = ended.content_key, from_address = ended.from_address,
      subject = ended.subject, sender_authentication = ended.sender_authentication, disposition = ended.disposition,
      reason = ended.reason, explanation = ended.explanation, notices = ended.notices, rules = ended.rules, ticket_number = ended.ticket_number,
      handled_at = ended.handled_at, next_attempt_at = null
    from ${populated(
      messages,
      records.map(({ now, ...outcome }) => ({ ...outcome, handledAt: now })),
    )} as ended
    where ${messages.id} = ended.id and ${messages.disposition} is null
    returning 1`);
  if (recorded.length !== records.length)
    throw new ConflictError('ledger_one_disposition', 'A message of these is handled already.');
};

/** Leaves the message for `nextAttemptAt`. Returns the attempts that have failed, this one counted. */
export const recordAttempt = async (db: Db | Tx, id: number, error: string, nextAttemptAt: string): Promise<number> => {
  const [row] = await db
    .update(messages)
    .set({ attempts: sql`${messages.attempts} + 1`, lastError: error, nextAttemptAt })
    .where(and(eq(messages.id, id), isNull(messages.disposition)))
    .returning({ attempts: messages.attempts });
  return row?.attempts ?? 0;
};

/** Handled, and in the inbox as far as is known; what the server did not give stays there. */
const toLeaveInbox = and(
  isNotNull(messages.disposition),
  isNull(messages.removedAt),
  sql`${messages.reason} is distinct from 'not_given'`,
);

/** A message that is handled and still in the inbox. */
export interface MessageToRemove {
  readonly id: number;
  readonly protocolId: string;
  readonly rawSha256: string;
  /** Octets. */
  readonly size: number;
  readonly messageId: string | null;
  readonly arrivedAt: string;
}

/** Oldest first, but those that could not be removed before come last: they do not keep the others in the inbox. `ids`: of these alone. */
export const listToRemove = (
  db: Db | Tx,
  mailboxId: number,
  limit: number,
  account = firstAccount,
  ids?: readonly number[],
): Promise<MessageToRemove[]> =>
  db
    .select({
      id: messages.id,
      protocolId: messages.protocolId,
      rawSha256: messages.rawSha256,
      size: messages.size,
      messageId: messages.messageId,
      arrivedAt: messages.arrivedAt,
    })
    .from(messages)
    .where(
      and(
        eq(messages.mailboxId, mailboxId),
        eq(messages.account, account),
        toLeaveInbox,
        ids === undefined ? undefined : sql`${messages.id} = any(${sql.param(ids)}::bigint[])`,
      ),
    )
    .orderBy(sql`${messages.removalError} is not null`, asc(messages.id))
    .limit(limit);

export const recordRemoved = async (db: Db | Tx, ids: readonly number[], now: string): Promise<void> => {
  await db
    .update(messages)
    .set({ removedAt: now, removalError: null })
    .where(sql`${messages.id} = any(${sql.param(ids)}::bigint[])`);
};

export const recordRemovalLeft = async (
  db: Db | Tx,
  left: readonly { readonly id: number; readonly reason: string }[],
): Promise<void> => {
  await db.execute(sql`
    update ${messages} set removal_error = failed.reason
    from unnest(
      ${sql.param(left.map(({ id }) => id))}::bigint[], ${sql.param(left.map(({ reason }) => reason))}::text[]
    ) as failed (id, reason)
    where ${messages.id} = failed.id`);
};
