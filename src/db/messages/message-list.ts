import { and, desc, eq, gte, isNotNull, isNull, lt, or } from 'drizzle-orm';
import type { Disposition, ReasonCode } from '../../domain/messages/disposition.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { contains } from '../shared/contains.ts';
import { mailboxes, messages } from '../schema/index.ts';

/** A ledger row as administrators see it. Times are ISO 8601 UTC. */
export interface LedgerEntry {
  readonly id: number;
  readonly mailboxId: number;
  readonly mailbox: string;
  readonly protocolId: string;
  readonly size: number;
  readonly oversized: boolean;
  readonly arrivedAt: string;
  readonly receivedAt: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly lastError: string | null;
  readonly messageId: string | null;
  readonly from: string | null;
  /** Whether its From line was proved; null before it was judged. */
  readonly senderAuthentication: SenderAuthentication | null;
  readonly subject: string | null;
  /** Null: not yet handled. */
  readonly disposition: Disposition | null;
  readonly reason: ReasonCode | null;
  readonly explanation: string | null;
  readonly notices: readonly Diagnostic[];
  /** Names of the rules that matched. */
  readonly rules: readonly string[];
  readonly ticketNumber: string | null;
  readonly handledAt: string | null;
  /** Null: still in the inbox, as far as is known. */
  readonly removedAt: string | null;
  readonly removalError: string | null;
  readonly releasedAt: string | null;
  readonly discardedAt: string | null;
  /** The original octets are still there. */
  readonly rawAvailable: boolean;
}

export interface LedgerFilter {
  readonly mailboxId?: number | undefined;
  /** `pending`: not yet handled. */
  readonly disposition?: Disposition | 'pending' | undefined;
  readonly reason?: ReasonCode | undefined;
  readonly ticketNumber?: string | undefined;
  readonly discarded?: boolean | undefined;
  /** Inclusive, ISO 8601 UTC. */
  readonly arrivedFrom?: string | undefined;
  /** Exclusive, ISO 8601 UTC. */
  readonly arrivedBefore?: string | undefined;
  /** Part of the sender's address. */
  readonly from?: string | undefined;
  /** Part of the sender's address, the subject or the Message-ID. */
  readonly text?: string | undefined;
}

const columns = { message: messages, mailbox: mailboxes.name };

const toEntry = ({
  message,
  mailbox,
}: {
  readonly message: typeof messages.$inferSelect;
  readonly mailbox: string;
}): LedgerEntry => ({
  id: message.id,
  mailboxId: message.mailboxId,
  mailbox,
  protocolId: message.protocolId,
  size: message.size,
  oversized: message.oversized,
  arrivedAt: message.arrivedAt,
  receivedAt: message.receivedAt,
  attempts: message.attempts,
  nextAttemptAt: message.nextAttemptAt,
  lastError: message.lastError,
  messageId: message.messageId,
  from: message.fromAddress,
  senderAuthentication: message.senderAuthentication,
  subject: message.subject,
  disposition: message.disposition,
  reason: message.reason,
  explanation: message.explanation,
  notices: message.notices,
  rules: message.rules,
  ticketNumber: message.ticketNumber,
  handledAt: message.handledAt,
  removedAt: message.removedAt,
  removalError: message.removalError,
  releasedAt: message.releasedAt,
  discardedAt: message.discardedAt,
  rawAvailable: message.rawPurgedAt === null,
});

const matching = (filter: LedgerFilter) =>
  and(
    filter.mailboxId === undefined ? undefined : eq(messages.mailboxId, filter.mailboxId),
    filter.disposition === undefined
      ? undefined
      : filter.disposition === 'pending'
        ? isNull(messages.disposition)
        : eq(messages.disposition, filter.disposition),
    filter.reason === undefined ? undefined : eq(messages.reason, filter.reason),
    filter.ticketNumber === undefined ? undefined : eq(messages.ticketNumber, filter.ticketNumber),
    filter.discarded === undefined
      ? undefined
      : filter.discarded
        ? isNotNull(messages.discardedAt)
        : isNull(messages.discardedAt),
    filter.arrivedFrom === undefined ? undefined : gte(messages.arrivedAt, filter.arrivedFrom),
    filter.arrivedBefore === undefined ? undefined : lt(messages.arrivedAt, filter.arrivedBefore),
    filter.from === undefined ? undefined : contains(messages.fromAddress, filter.from),
    filter.text === undefined
      ? undefined
      : or(
          contains(messages.fromAddress, filter.text),
          contains(messages.subject, filter.text),
          contains(messages.messageId, filter.text),
        ),
  );

/** Newest first, those before the id `before`. */
export const listLedger = async (
  db: Db | Tx,
  filter: LedgerFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<LedgerEntry[]> => {
  const rows = await db
    .select(columns)
    .from(messages)
    .innerJoin(mailboxes, eq(mailboxes.id, messages.mailboxId))
    .where(and(matching(filter), page.before === undefined ? undefined : lt(messages.id, page.before)))
    .orderBy(desc(messages.id))
    .limit(page.limit);
  return rows.map(toEntry);
};

export const findOptionalLedgerEntry = async (db: Db | Tx, id: number): Promise<LedgerEntry | undefined> => {
  const [row] = await db
    .select(columns)
    .from(messages)
    .innerJoin(mailboxes, eq(mailboxes.id, messages.mailboxId))
    .where(eq(messages.id, id));
  return row === undefined ? undefined : toEntry(row);
};
