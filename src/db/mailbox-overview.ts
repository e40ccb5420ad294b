import { count, inArray, sql } from 'drizzle-orm';
import type { Disposition } from '../domain/disposition.ts';
import type { Db, Tx } from './connect.ts';
import { categories, messages } from './schema/index.ts';

/** Messages of one mailbox by how they ended; what did not occur is left out. */
export type MessageCounts = Readonly<Partial<Record<Disposition | 'pending', number>>>;

/** All there are, and those that were stored in the last 24 hours. */
export interface MessageOverview {
  readonly all: MessageCounts;
  readonly lastDay: MessageCounts;
}

/** By mailbox id; a mailbox without messages is left out. */
export const countMessages = async (
  db: Db | Tx,
  mailboxIds: readonly number[],
): Promise<ReadonlyMap<number, MessageOverview>> => {
  const rows = await db
    .select({
      mailboxId: messages.mailboxId,
      disposition: messages.disposition,
      all: count(),
      lastDay: sql<number>`count(*) filter (where ${messages.receivedAt} >= now() - interval '1 day')::int`,
    })
    .from(messages)
    .where(inArray(messages.mailboxId, [...mailboxIds]))
    .groupBy(messages.mailboxId, messages.disposition);
  const countsOf = (ofMailbox: typeof rows, which: 'all' | 'lastDay'): MessageCounts =>
    Object.fromEntries(
      ofMailbox.filter((row) => row[which] > 0).map((row) => [row.disposition ?? 'pending', row[which]]),
    );
  return new Map(
    Map.groupBy(rows, (row) => row.mailboxId)
      .entries()
      .map(([id, ofMailbox]) => [id, { all: countsOf(ofMailbox, 'all'), lastDay: countsOf(ofMailbox, 'lastDay') }]),
  );
};

/** By id. */
export const readCategoryCodes = async (
  db: Db | Tx,
  categoryIds: readonly number[],
): Promise<ReadonlyMap<number, string>> => {
  const rows = await db
    .select({ id: categories.id, code: categories.code })
    .from(categories)
    .where(inArray(categories.id, [...categoryIds]));
  return new Map(rows.map(({ id, code }) => [id, code]));
};
