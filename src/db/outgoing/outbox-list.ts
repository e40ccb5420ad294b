import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import type { OutgoingKind } from '../../domain/outgoing/outgoing.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { contains } from '../shared/contains.ts';
import { tryWaysAgain } from './sending-ways.ts';
import { outbox, type outboxStates, tickets } from '../schema/index.ts';

type OutboxState = (typeof outboxStates)[number];

/** An outgoing mail as administrators see it: never its tokens. Times are ISO 8601 UTC. */
export interface OutboxEntry {
  readonly id: number;
  readonly kind: OutgoingKind;
  readonly state: OutboxState;
  readonly to: string;
  /** As sent; null before that. */
  readonly subject: string | null;
  readonly ticket: string | null;
  readonly attempts: number;
  /** Times that it was given to a server that took it, or may have. */
  readonly handings: number;
  readonly nextAttemptAt: string | null;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly sentAt: string | null;
}

export interface OutboxFilter {
  readonly state?: OutboxState | undefined;
  readonly kind?: OutgoingKind | undefined;
  readonly ticket?: string | undefined;
  /** Part of the address. */
  readonly to?: string | undefined;
}

/** Newest first. */
export const listOutbox = (
  db: Db | Tx,
  filter: OutboxFilter,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<OutboxEntry[]> =>
  db
    .select({
      id: outbox.id,
      kind: outbox.kind,
      state: outbox.state,
      to: outbox.toAddress,
      subject: outbox.subject,
      ticket: tickets.number,
      attempts: outbox.attempts,
      handings: outbox.handings,
      nextAttemptAt: outbox.nextAttemptAt,
      lastError: outbox.lastError,
      createdAt: outbox.createdAt,
      sentAt: outbox.sentAt,
    })
    .from(outbox)
    .leftJoin(tickets, eq(tickets.id, outbox.ticketId))
    .where(
      and(
        before === undefined ? undefined : lt(outbox.id, before),
        filter.state === undefined ? undefined : eq(outbox.state, filter.state),
        filter.kind === undefined ? undefined : eq(outbox.kind, filter.kind),
        filter.ticket === undefined ? undefined : eq(tickets.number, filter.ticket),
        filter.to === undefined ? undefined : contains(outbox.toAddress, filter.to),
      ),
    )
    .orderBy(desc(outbox.id))
    .limit(limit);

/** Mails of a ticket that came back or were given up, oldest first. */
export const listUndelivered = async (
  db: Db | Tx,
  ticketId: number,
): Promise<
  {
    readonly id: number;
    readonly kind: OutgoingKind;
    readonly to: string;
    readonly state: OutboxState;
    readonly problem: string | null;
  }[]
> =>
  db
    .select({ id: outbox.id, kind: outbox.kind, to: outbox.toAddress, state: outbox.state, problem: outbox.lastError })
    .from(outbox)
    .where(and(eq(outbox.ticketId, ticketId), inArray(outbox.state, ['bounced', 'failed'])))
    .orderBy(outbox.id);

/** Has a mail that failed or came back, or waits for its next attempt, tried again now; false when there is none to be tried. */
export const resendMail = async (db: Db | Tx, id: number): Promise<boolean> => {
  const again = await db
    .update(outbox)
    .set({ state: 'pending', attempts: 0, nextAttemptAt: null, sentAt: null })
    .where(and(eq(outbox.id, id), inArray(outbox.state, ['failed', 'pending', 'bounced'])))
    .returning({ id: outbox.id });
  if (again.length > 0) await tryWaysAgain(db);
  return again.length > 0;
};
