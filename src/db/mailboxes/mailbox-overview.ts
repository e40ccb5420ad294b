import { count, inArray, sql } from 'drizzle-orm';
import type { Disposition } from '../../domain/messages/disposition.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { categories, messages } from '../schema/index.ts';

/** Messages of one mailbox by how they ended; what did not occur is left out. */
export type MessageCounts = Readonly<Partial<Record<Disposition | 'pending', number>>>;

/** All there are, and those that were stored today. */
export interface MessageOverview {
  readonly all: MessageCounts;
  readonly today: MessageCounts;
}

/** By mailbox id; a mailbox without messages is left out. `timeZone`: IANA name, of the day that is today. */
export const countMessages = async (
  db: Db | Tx,
  mailboxIds: readonly number[],
  timeZone: string,
): Promise<ReadonlyMap<number, MessageOverview>> => {
  const midnight = sql`date_trunc('day', now() at time zone ${timeZone}) at time zone ${timeZone}`;
  const rows = await db
    .select({
      mailboxId: messages.mailboxId,
      disposition: messages.disposition,
      all: count(),
      today: sql<number>`count(*) filter (where ${messages.receivedAt} >= ${midnight})::int`,
    })
    .from(messages)
    .where(inArray(messages.mailboxId, [...mailboxIds]))
    .groupBy(messages.mailboxId, messages.disposition);
  const countsOf = (ofMailbox: typeof rows, which: 'all' | 'today'): MessageCounts =>
    Object.fromEntries(
      ofMailbox.filter((row) => row[which] > 0).map((row) => [row.disposition ?? 'pending', row[which]]),
    );
  return new Map(
    Map.groupBy(rows, (row) => row.mailboxId)
      .entries()
      .map(([id, ofMailbox]) => [id, { all: countsOf(ofMailbox, 'all'), today: countsOf(ofMailbox, 'today') }]),
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
