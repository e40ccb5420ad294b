import { createHash } from 'node:crypto';
import { and, asc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { messageChunks, messages } from '../schema/index.ts';
import { appendLog } from '../log/operation-log.ts';
import { firstAccount } from './ledger.ts';
import { forgetNotGiven } from './not-given.ts';

/** Octets of a piece of a raw message, at most: what one row of a message holds in memory. */
export const chunkBytes = 1024 * 1024;

/** A message as it came from the mail server. */
export interface ReceivedMessage {
  readonly protocolId: string;
  readonly raw: Uint8Array;
  /** When it came to the mailbox, ISO 8601 UTC; null where the protocol does not tell. */
  readonly arrivedAt: string | null;
}

export interface StoredMessage {
  readonly id: number;
  readonly protocolId: string;
}

/**
 * Stores the messages, whole and in the order given, in one transaction. What the ledger knows already is left as it is and not
 * among those returned. One that was handled, left the inbox and lies in it again with the same octets is to be removed again; with
 * other octets it is another message under an id that was given again.
 */
export const storeReceived = async (
  db: Db,
  mailboxId: number,
  received: readonly ReceivedMessage[],
  now: string,
  account = firstAccount,
): Promise<StoredMessage[]> => {
  if (received.length === 0) return [];
  return db.transaction(async (tx) => {
    const rows = received.map(({ protocolId, raw, arrivedAt }) => ({
      mailboxId,
      account,
      protocolId,
      rawSha256: createHash('sha256').update(raw).digest('hex'),
      size: raw.byteLength,
      arrivedAt: arrivedAt ?? now,
      receivedAt: now,
    }));
    const recurrences = await recurrencesOf(tx, rows, now);
    const fresh = rows.flatMap((row) => {
      const recurrence = recurrences.get(row.protocolId) ?? 0;
      return recurrence === 'known' ? [] : [{ ...row, recurrence }];
    });
    if (fresh.length === 0) return [];
    const stored = await tx
      .insert(messages)
      .values(fresh)
      .onConflictDoNothing({ target: ledgerKey })
      .returning({ id: messages.id, protocolId: messages.protocolId });
    const rawOf = new Map(received.map(({ protocolId, raw }) => [protocolId, raw]));
    const chunks = stored.flatMap(({ id, protocolId }) => toChunks(id, rawOf.get(protocolId) ?? new Uint8Array()));
    if (chunks.length > 0) await tx.insert(messageChunks).values(chunks);
    await forgetNotGiven(
      tx,
      { mailboxId, account },
      stored.map(({ protocolId }) => protocolId),
    );
    return stored;
  });
};

const ledgerKey = [messages.mailboxId, messages.account, messages.protocolId, messages.recurrence];

type KeyOfRow = Pick<typeof messages.$inferInsert, 'mailboxId' | 'protocolId' | 'rawSha256'> & {
  readonly account: number;
};

/** By id, for those that the ledger has met before: their next place under the id, or that they are known. Not the row `except`. */
async function recurrencesOf(
  tx: Tx,
  rows: readonly KeyOfRow[],
  now: string,
  except = 0,
): Promise<ReadonlyMap<string, number | 'known'>> {
  const [first] = rows;
  if (first === undefined) return new Map();
  const met = await tx
    .select({
      id: messages.id,
      protocolId: messages.protocolId,
      recurrence: messages.recurrence,
      rawSha256: messages.rawSha256,
      removedAt: messages.removedAt,
    })
    .from(messages)
    .where(
      and(
        eq(messages.mailboxId, first.mailboxId),
        eq(messages.account, first.account),
        ne(messages.id, except),
        sql`${messages.protocolId} = any(${sql.param(rows.map(({ protocolId }) => protocolId))}::text[])`,
      ),
    );
  const recurrences = new Map<string, number | 'known'>();
  const back: number[] = [];
  for (const { protocolId, rawSha256 } of rows) {
    const earlier = met.filter((row) => row.protocolId === protocolId);
    if (earlier.length === 0) continue;
    const same = earlier.find((row) => row.rawSha256 === rawSha256);
    if (same !== undefined && same.removedAt !== null) back.push(same.id);
    const known = same !== undefined || earlier.some(({ removedAt }) => removedAt === null);
    recurrences.set(protocolId, known ? 'known' : Math.max(...earlier.map(({ recurrence }) => recurrence)) + 1);
  }
  if (back.length > 0) {
    await tx.update(messages).set({ removedAt: null }).where(inArray(messages.id, back));
    await appendLog(tx, {
      at: now,
      level: 'info',
      operation: 'mailbox.comparison',
      who: 'agent',
      whoKind: 'system',
      mailboxId: first.mailboxId,
      result: `Handled and in the inbox all the same, to be removed again: ${String(back.length)}.`,
    });
  }
  return recurrences;
}

const toChunks = (messageId: number, raw: Uint8Array) =>
  Array.from({ length: Math.ceil(raw.byteLength / chunkBytes) }, (_, seq) => ({
    messageId,
    seq,
    bytes: raw.subarray(seq * chunkBytes, (seq + 1) * chunkBytes),
  }));

/**
 * Stores one message that is too large for its mailbox, piece by piece, and marks it so that it is quarantined unread.
 * Holds at most one chunk and one piece in memory. Undefined when the ledger knows it already, or when nothing came: it has vanished.
 */
export const storeReceivedStream = async (
  db: Db,
  mailboxId: number,
  message: { readonly protocolId: string; readonly arrivedAt: string | null },
  pieces: AsyncIterable<Uint8Array>,
  now: string,
  account = firstAccount,
): Promise<StoredMessage | undefined> =>
  db.transaction(async (tx) => {
    const { protocolId } = message;
    // Between two pieces it waits for the mail server; nobody else needs what it locks.
    await tx.execute(sql`set local idle_in_transaction_session_timeout = '5min'`);
    const [stored] = await tx
      .insert(messages)
      .values({
        mailboxId,
        account,
        protocolId,
        recurrence: sql`(
          select coalesce(max(earlier.recurrence) + 1, 0) from ${messages} as earlier
          where earlier.mailbox_id = ${mailboxId} and earlier.account = ${account} and earlier.protocol_id = ${protocolId}
          and not exists (
            select 1 from ${messages} as there where there.mailbox_id = ${mailboxId} and there.account = ${account}
            and there.protocol_id = ${protocolId} and there.removed_at is null
          )
        )`,
        // Known at the end; nobody sees the row before the commit.
        rawSha256: '',
        size: 0,
        oversized: true,
        arrivedAt: message.arrivedAt ?? now,
        receivedAt: now,
      })
      .onConflictDoNothing({ target: ledgerKey })
      .returning({ id: messages.id, protocolId: messages.protocolId });
    if (stored === undefined) return undefined;
    const hash = createHash('sha256');
    let size = 0;
    let seq = 0;
    for await (const bytes of inChunks(pieces)) {
      hash.update(bytes);
      size += bytes.byteLength;
      await tx.insert(messageChunks).values({ messageId: stored.id, seq: seq++, bytes });
    }
    const rawSha256 = hash.digest('hex');
    if (size === 0) {
      await tx.delete(messages).where(eq(messages.id, stored.id));
      return undefined;
    }
    const recurrences = await recurrencesOf(tx, [{ mailboxId, account, protocolId, rawSha256 }], now, stored.id);
    if (recurrences.get(protocolId) === 'known') {
      await tx.delete(messages).where(eq(messages.id, stored.id));
      return undefined;
    }
    await tx.update(messages).set({ rawSha256, size }).where(eq(messages.id, stored.id));
    await forgetNotGiven(tx, { mailboxId, account }, [protocolId]);
    return stored;
  });

/** Pieces of any length as chunks of `chunkBytes`, the last one shorter. */
async function* inChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes);
  let filled = 0;
  for await (const piece of pieces) {
    for (let taken = 0; taken < piece.byteLength;) {
      const part = piece.subarray(taken, taken + chunkBytes - filled);
      chunk.set(part, filled);
      filled += part.byteLength;
      taken += part.byteLength;
      if (filled === chunkBytes) {
        yield chunk;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/**
 * The original octets; null when retention or an administrator has deleted them. Not for oversized messages: see `streamRaw`.
 * Throws NotFoundError for a message that the ledger does not know.
 */
export const readRaw = async (db: Db | Tx, messageId: number): Promise<Uint8Array | null> => {
  const rows = await db
    .select({ bytes: messageChunks.bytes, purged: sql<boolean>`${messages.rawPurgedAt} is not null` })
    .from(messages)
    .leftJoin(messageChunks, eq(messageChunks.messageId, messages.id))
    .where(eq(messages.id, messageId))
    .orderBy(asc(messageChunks.seq));
  const [only, another] = rows;
  if (only === undefined) throw new NotFoundError(`There is no message ${String(messageId)}.`);
  if (only.purged) return null;
  if (another === undefined) return only.bytes ?? new Uint8Array();
  return Buffer.concat(rows.map(({ bytes }) => bytes ?? new Uint8Array()));
};

/** The original octets, a chunk at a time; nothing when they are deleted. */
export async function* streamRaw(db: Db | Tx, messageId: number): AsyncGenerator<Uint8Array> {
  for (let after = -1; ; after++) {
    const [chunk] = await db
      .select({ bytes: messageChunks.bytes })
      .from(messageChunks)
      .where(and(eq(messageChunks.messageId, messageId), gt(messageChunks.seq, after)))
      .orderBy(asc(messageChunks.seq))
      .limit(1);
    if (chunk === undefined) return;
    yield chunk.bytes;
  }
}
