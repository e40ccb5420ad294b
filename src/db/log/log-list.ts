import { and, asc, desc, eq, gt, gte, inArray, lt, max, or } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { contains } from '../shared/contains.ts';
import { mailboxes, operationLog, type logAuthors, type logLevels } from '../schema/index.ts';

/** One line of the operation log (spec §10). */
export interface LogEntry {
  readonly id: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly level: (typeof logLevels)[number];
  readonly mailboxId: number | null;
  readonly mailbox: string | null;
  readonly messageId: number | null;
  readonly operation: string;
  readonly ticketNumber: string | null;
  readonly who: string;
  readonly whoKind: (typeof logAuthors)[number];
  readonly result: string;
  readonly reason: string | null;
}

export interface LogFilter {
  readonly mailboxId?: number | undefined;
  readonly messageId?: number | undefined;
  readonly ticketNumber?: string | undefined;
  readonly level?: (typeof logLevels)[number] | undefined;
  readonly operation?: string | undefined;
  /** ISO 8601: from then on, inclusive; until then, exclusive. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** Only what users and programs did through the API, and who signed in. */
  readonly audit?: boolean | undefined;
  /** Part of who, result or reason. */
  readonly text?: string | undefined;
}

const byCaller = inArray(operationLog.whoKind, ['user', 'token', 'command', 'unknown']);

const matching = (filter: LogFilter) =>
  and(
    filter.mailboxId === undefined ? undefined : eq(operationLog.mailboxId, filter.mailboxId),
    filter.messageId === undefined ? undefined : eq(operationLog.messageId, filter.messageId),
    filter.ticketNumber === undefined ? undefined : eq(operationLog.ticketNumber, filter.ticketNumber),
    filter.level === undefined ? undefined : eq(operationLog.level, filter.level),
    filter.operation === undefined ? undefined : eq(operationLog.operation, filter.operation),
    filter.from === undefined ? undefined : gte(operationLog.at, filter.from),
    filter.until === undefined ? undefined : lt(operationLog.at, filter.until),
    filter.audit === true ? byCaller : undefined,
    filter.text === undefined
      ? undefined
      : or(
          contains(operationLog.who, filter.text),
          contains(operationLog.result, filter.text),
          contains(operationLog.reason, filter.text),
        ),
  );

const select = (db: Db | Tx) =>
  db
    .select({ entry: operationLog, mailbox: mailboxes.name })
    .from(operationLog)
    .leftJoin(mailboxes, eq(mailboxes.id, operationLog.mailboxId));

const toEntry = ({ entry, mailbox }: Awaited<ReturnType<typeof select>>[number]): LogEntry => ({
  ...entry,
  mailbox,
});

/** Newest first, those before the id `before`. */
export const listLog = async (
  db: Db | Tx,
  filter: LogFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<LogEntry[]> => {
  const rows = await select(db)
    .where(and(matching(filter), page.before === undefined ? undefined : lt(operationLog.id, page.before)))
    .orderBy(desc(operationLog.id))
    .limit(page.limit);
  return rows.map(toEntry);
};

/** Oldest first, those after the id `after`. */
export const listLogAfter = async (
  db: Db | Tx,
  filter: LogFilter,
  after: number,
  limit: number,
): Promise<LogEntry[]> => {
  const rows = await select(db)
    .where(and(matching(filter), gt(operationLog.id, after)))
    .orderBy(asc(operationLog.id))
    .limit(limit);
  return rows.map(toEntry);
};

/** 0 while the log is empty. */
export const lastLogId = async (db: Db | Tx): Promise<number> => {
  const [row] = await db.select({ last: max(operationLog.id) }).from(operationLog);
  return row?.last ?? 0;
};
