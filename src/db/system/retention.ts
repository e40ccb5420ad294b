import { sql } from 'drizzle-orm';
import type { Db } from '../shared/connect.ts';
import { messageChunks, messages, operationLog, outbox, workflowOutbox } from '../schema/index.ts';

/** The database's clock, by which everything else is kept; a worker's may be wrong. */
export const readClock = async (db: Db): Promise<Date> => {
  const [row] = await db.execute<{ ms: number }>(sql`select extract(epoch from now())::float8 * 1000 as ms`);
  if (row === undefined) throw new Error('A query that always has a row returned none.');
  return new Date(row.ms);
};

/**
 * Deletes the originals of messages handled before then, at most `limit` of them, but for those that go out with a mail still to be
 * sent. Returns how many: fewer than `limit` when nothing is left to do. `before`: ISO 8601 UTC, exclusive.
 */
export const purgeExpiredRaw = async (db: Db, before: string, now: string, limit: number): Promise<number> => {
  const [row] = await db.execute<{ purged: number }>(sql`
    with expired as (
      select ${messages.id} from ${messages}
      where ${messages.rawPurgedAt} is null and ${messages.disposition} is not null and ${messages.handledAt} < ${before}
        and not exists (
          select 1 from ${outbox} where ${outbox.attachedMessageId} = ${messages.id} and ${outbox.state} = 'pending'
        )
      order by ${messages.handledAt} limit ${limit}
      for update skip locked
    ),
    chunks as (delete from ${messageChunks} using expired where ${messageChunks.messageId} = expired.id),
    marked as (
      update ${messages} set raw_purged_at = ${now} from expired where ${messages.id} = expired.id returning 1
    )
    select count(*)::int as purged from marked`);
  return row?.purged ?? 0;
};

/** Deletes what was dispatched or sent before then. ISO 8601 UTC, exclusive. */
export const purgeOutboxes = async (db: Db, before: string): Promise<void> => {
  await db.delete(workflowOutbox).where(sql`${workflowOutbox.dispatchedAt} < ${before}`);
  await db.delete(outbox).where(sql`${outbox.sentAt} < ${before}`);
};

/** Deletes log entries from before then: the one deletion that the log's trigger allows. ISO 8601 UTC, exclusive. */
export const purgeLog = (db: Db, before: string): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`set local tsa.retention = 'on'`);
    await tx.delete(operationLog).where(sql`${operationLog.at} < ${before}`);
  });
