import { and, count, gte, inArray } from 'drizzle-orm';
import type { Disposition } from '../domain/disposition.ts';
import type { Db, Tx } from './connect.ts';
import { categories, messages } from './schema/index.ts';

/** Messages of one mailbox by how they ended; what did not occur is left out. */
export type MessageCounts = Readonly<Partial<Record<Disposition | 'pending', number>>>;

/** By mailbox id; a mailbox without messages is left out. `receivedSince`: ISO 8601 UTC, inclusive; absent: all there are. */
export const countMessages = async (
  db: Db | Tx,
  mailboxIds: readonly number[],
  receivedSince?: string,
): Promise<ReadonlyMap<number, MessageCounts>> => {
  const rows = await db
    .select({ mailboxId: messages.mailboxId, disposition: messages.disposition, messages: count() })
    .from(messages)
    .where(
      and(
        inArray(messages.mailboxId, [...mailboxIds]),
        receivedSince === undefined ? undefined : gte(messages.receivedAt, receivedSince),
      ),
    )
    .groupBy(messages.mailboxId, messages.disposition);
  return new Map(
    Map.groupBy(rows, (row) => row.mailboxId)
      .entries()
      .map(([id, ofMailbox]) => [
        id,
        Object.fromEntries(ofMailbox.map((row) => [row.disposition ?? 'pending', row.messages])),
      ]),
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
