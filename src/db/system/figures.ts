import { sql } from 'drizzle-orm';
import type { Disposition } from '../../domain/messages/disposition.ts';
import type { MailboxState } from '../../domain/mailboxes/mailbox.ts';
import type { Db } from '../shared/connect.ts';
import { approvals, mailboxes, messages, outbox, sendingWays, workflowOutbox } from '../schema/index.ts';

/** What monitoring asks for, as the database holds it now. Ages are in seconds, null where there is nothing; points in time are seconds since 1970. */
export interface Figures {
  readonly mailboxes: readonly {
    readonly mailbox: string;
    readonly state: MailboxState;
    readonly failures: number;
    readonly lastReadAt: number | null;
    /** Seconds for which its next read is due; 0: it is not, or is not to be read. */
    readonly overdue: number;
    readonly secretExpiresAt: number | null;
    /** Messages that its server lists and does not give. */
    readonly notGiven: number;
  }[];
  /** Of the ledger; null: not handled yet. */
  readonly messages: readonly {
    readonly mailbox: string;
    readonly disposition: Disposition | null;
    readonly messages: number;
  }[];
  readonly queues: {
    readonly pending: number;
    readonly oldestPending: number | null;
    readonly quarantined: number;
    readonly toRemove: number;
    readonly workflowOutbox: number;
    readonly oldestWorkflowOutbox: number | null;
    readonly outboxPending: number;
    readonly outboxFailed: number;
    readonly oldestOutbox: number | null;
    /** Ways out that take nothing from us. */
    readonly waysRefusing: number;
    readonly approvalsWaiting: number;
  };
  /** From arrival to disposition, of what was handled in the last quarter of an hour, the released left out; null: nothing was. */
  readonly lag: { readonly median: number | null; readonly p95: number | null; readonly longest: number | null };
}

const epoch = (column: unknown) => sql`extract(epoch from ${column})::float8`;
const age = (column: unknown) => sql`extract(epoch from now() - min(${column}))::float8`;

export const readFigures = async (db: Db): Promise<Figures> => {
  const [ofMailboxes, ofMessages, [queues], [lag]] = await Promise.all([
    db.execute<Figures['mailboxes'][number]>(sql`
      select name as mailbox, state, consecutive_failures as failures, ${epoch(sql`last_read_at`)} as "lastReadAt",
        case when active and state not in ('paused', 'switched_off')
          then greatest(0, extract(epoch from now() - coalesce(next_read_at, created_at)))::float8 else 0 end as overdue,
        ${epoch(sql`secret_expires_at`)} as "secretExpiresAt", not_given_messages as "notGiven"
      from ${mailboxes} where deleted_at is null order by id`),
    db.execute<Figures['messages'][number]>(sql`
      select ${mailboxes.name} as mailbox, ${messages.disposition}, count(*)::int as messages
      from ${messages} join ${mailboxes} on ${mailboxes.id} = ${messages.mailboxId}
      where ${mailboxes.deletedAt} is null group by ${mailboxes.name}, ${messages.disposition}`),
    db.execute<Figures['queues'] & Record<string, unknown>>(sql`
      select
        (select count(*)::int from ${messages} where disposition is null) as pending,
        (select ${age(sql`received_at`)} from ${messages} where disposition is null) as "oldestPending",
        (select count(*)::int from ${messages}
          where disposition = 'quarantined' and discarded_at is null and (raw_purged_at is null or reason = 'not_given')) as quarantined,
        (select count(*)::int from ${messages} 
          where disposition is not null and removed_at is null and reason is distinct from 'not_given') as "toRemove",
        (select count(*)::int from ${workflowOutbox} where dispatched_at is null) as "workflowOutbox",
        (select ${age(sql`created_at`)} from ${workflowOutbox} where dispatched_at is null) as "oldestWorkflowOutbox",
        (select count(*)::int from ${outbox} where state = 'pending') as "outboxPending",
        (select count(*)::int from ${outbox} where state = 'failed') as "outboxFailed",
        (select ${age(sql`created_at`)} from ${outbox} where state = 'pending') as "oldestOutbox",
        (select count(*)::int from ${sendingWays}) as "waysRefusing",
        (select count(*)::int from ${approvals} where state = 'waiting') as "approvalsWaiting"`),
    db.execute<Figures['lag'] & Record<string, unknown>>(sql`
      select percentile_cont(0.5) within group (order by seconds) as median,
        percentile_cont(0.95) within group (order by seconds) as p95, max(seconds) as longest
      from (
        select extract(epoch from handled_at - arrived_at)::float8 as seconds from ${messages}
        where disposition is not null and released_at is null and handled_at > now() - interval '15 minutes'
      ) as handled`),
  ]);
  if (queues === undefined || lag === undefined) throw new Error('A query of figures has one row.');
  return { mailboxes: ofMailboxes, messages: ofMessages, queues, lag };
};
