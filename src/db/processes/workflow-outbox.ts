import { eq, ne, sql } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { tickets, workflowOutbox, type workflowOutboxKinds, type WorkflowOutboxPayload } from '../schema/index.ts';

/** Something that a ticket's process is to be told. */
export interface WorkflowOutboxEntry extends Record<string, unknown> {
  readonly id: number;
  readonly kind: (typeof workflowOutboxKinds)[number];
  readonly ticketNumber: string;
  /** The process that the ticket was created with. */
  readonly process: string;
  readonly payload: WorkflowOutboxPayload;
}

/**
 * The start of a ticket that was just created, by a message or of an event: no run of its process can have been there before. Any other
 * start is of a process that was lost.
 */
export const isFirstStart = ({ kind, payload }: WorkflowOutboxEntry): boolean =>
  kind === 'start_ticket' && ('messageId' in payload || 'event' in payload);

/** A dispatcher that takes entries and dies leaves them for this long. */
const lease = sql`interval '10 seconds'`;

/** A row that failed so often holds back the later ones of its ticket no longer: what a process is told is to read, in whatever order. */
const attemptsInOrder = 5;

/** Starts of processes, and what tells a running one that something changed. */
export type WorkflowOutboxShare = 'starts' | 'changes';

/**
 * Takes up to `limit` entries of a share that are due, oldest first, at most one a ticket: the next one of a ticket comes when this one is
 * dispatched, or has failed often, so that a process hears of its changes in order. Another dispatcher does not take them within the lease.
 * `waited`: only those that have waited for so many ms.
 */
export const takeUndispatched = async (
  db: Db | Tx,
  share: WorkflowOutboxShare,
  limit: number,
  waited = 0,
): Promise<WorkflowOutboxEntry[]> =>
  db.execute<WorkflowOutboxEntry>(sql`
    with taken as (
      update ${workflowOutbox} set next_attempt_at = now() + ${lease}
      where ${workflowOutbox.id} in (
        select entry.id from ${workflowOutbox} as entry
        where entry.dispatched_at is null and (entry.kind = 'start_ticket') = ${share === 'starts'}
          and (${waited}::int = 0 or entry.created_at <= now() - ${waited}::int * interval '1 millisecond')
          and (entry.next_attempt_at is null or entry.next_attempt_at <= now())
          and not exists (
            select 1 from ${workflowOutbox} as earlier
            where earlier.ticket_number = entry.ticket_number and earlier.dispatched_at is null and earlier.id < entry.id
              and earlier.attempts < ${attemptsInOrder}
          )
        order by entry.id limit ${limit}
        for update skip locked
      )
      returning id, kind, ticket_number, payload
    )
    select taken.id::float8 as id, taken.kind, taken.ticket_number as "ticketNumber", ${tickets.process} as process,
      taken.payload
    from taken join ${tickets} on ${tickets.number} = taken.ticket_number
    order by taken.id`);

export const markDispatched = async (db: Db | Tx, ids: readonly number[]): Promise<void> => {
  if (ids.length === 0) return;
  await db
    .update(workflowOutbox)
    .set({ dispatchedAt: sql`now()`, nextAttemptAt: null, lastError: null })
    .where(sql`${workflowOutbox.id} = any(${sql.param(ids)}::bigint[])`);
};

/** To be tried again in 1 s, 2 s, 4 s … at most five minutes. */
export const markDispatchFailed = async (db: Db | Tx, id: number, error: string): Promise<void> => {
  await db
    .update(workflowOutbox)
    .set({
      attempts: sql`${workflowOutbox.attempts} + 1`,
      nextAttemptAt: sql`now() + least(interval '5 minutes', interval '1 second' * 2 ^ least(${workflowOutbox.attempts}, 20))`,
      lastError: error,
    })
    .where(eq(workflowOutbox.id, id));
};

/** Numbers of the tickets whose process is at work. */
export const listOpenTickets = async (db: Db): Promise<string[]> => {
  const rows = await db.select({ number: tickets.number }).from(tickets).where(ne(tickets.state, 'closed'));
  return rows.map(({ number }) => number);
};

/** Has processes started; not those that are to be told something already, for that starts them, too. */
export const enqueueStarts = async (db: Db, numbers: readonly string[]): Promise<void> => {
  await db.execute(sql`
    insert into ${workflowOutbox} (kind, ticket_number, payload, created_at)
    select 'start_ticket', number, '{}', now() from unnest(${sql.param(numbers)}::text[]) as number
    where not exists (
      select 1 from ${workflowOutbox} as entry
      where entry.ticket_number = number and entry.dispatched_at is null and entry.kind <> 'approval_changed'
    )`);
};
