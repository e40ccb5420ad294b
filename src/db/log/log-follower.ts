import { gt, max, sql } from 'drizzle-orm';
import { operationLog } from '../schema/index.ts';
import type { Db } from '../shared/connect.ts';
import { lastLogId, listLogAfter, type LogEntry, type LogFilter } from './log-list.ts';

/**
 * Ids are given out before their rows are committed, so a lower one can appear after a higher one. Each look therefore
 * reaches this many ids back. An entry that commits later than that is missed here, but is in the list.
 */
const OVERLAP = 500;
const LOOK_MAX = 1_000;

/** Follows the operation log by looking again: each call gives what has come since the last, each entry once. */
export interface LogFollower {
  /** Oldest first; at most a few hundred at once, so call again at once when there were any. */
  next(): Promise<readonly LogEntry[]>;
}

/** `after`: the last entry that the caller has seen; without it, all that is there now. */
export const followLog = async (db: Db, filter: LogFilter, after?: number): Promise<LogFollower> => {
  let last = after ?? (await lastLogId(db));
  const before = await listLogAfter(db, {}, last - OVERLAP, OVERLAP);
  let seen = new Set(before.map((entry) => entry.id).filter((id) => id <= last));
  return {
    async next() {
      const entries = await listLogAfter(db, filter, last - OVERLAP, LOOK_MAX);
      const fresh = entries.filter((entry) => !seen.has(entry.id));
      last = Math.max(last, ...fresh.map((entry) => entry.id));
      seen = new Set([...seen, ...fresh.map((entry) => entry.id)].filter((id) => id > last - OVERLAP));
      return fresh;
    },
  };
};

/** Another text whenever a follower might have something to give. Cheap, however many follow. */
export const logVersion = async (db: Db): Promise<string> => {
  const newest = db.select({ id: max(operationLog.id) }).from(operationLog);
  const [row] = await db
    .select({ last: max(operationLog.id), count: sql<string>`count(*)` })
    .from(operationLog)
    .where(gt(operationLog.id, sql`(${newest}) - ${OVERLAP}`));
  return `${String(row?.last ?? 0)}:${row?.count ?? '0'}`;
};
