import { getTableName, sql } from 'drizzle-orm';
import { messages, operationLog, outbox, tickets, workflowOutbox } from '../schema/index.ts';
import type { Db } from './connect.ts';

/** What mails make grow. */
const grown = [messages, tickets, operationLog, outbox, workflowOutbox];

/** Rows from which on it is worth it. */
const FEW = 200;

/**
 * Has the planner look at the tables that mails make grow, where they are four times what they were when it last looked. PostgreSQL looks
 * itself once a minute; a new installation that is given thousands of mails works until then by plans for empty tables.
 */
export const refreshStatistics = async (db: Db): Promise<void> => {
  const [row] = await db.execute<{ stale: boolean }>(sql`
    select pg_relation_size(oid) > 4 * greatest(relpages, 1)::bigint * current_setting('block_size')::int
        and (select max(id) from ${messages}) > ${FEW} as stale
    from pg_class where oid = ${getTableName(messages)}::text::regclass`);
  if (row?.stale !== true) return;
  const names = sql.join(
    grown.map((table) => sql`${table}`),
    sql`, `,
  );
  await db.execute(sql`analyze (skip_locked) ${names}`);
};
