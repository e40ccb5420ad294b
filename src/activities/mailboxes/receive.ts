import { unknownProtocolIds } from '../../db/messages/ledger.ts';
import { type ReceivedMessage, storeReceived, storeReceivedStream } from '../../db/messages/raw-messages.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { ListedMessage, MailSession } from '../../mail/connection/session.ts';
import type { ActivityDeps } from '../shared/deps.ts';

/** How much one read takes from an inbox (spec §11), inclusive. A single message above `maxBytes` is a batch of its own. */
export interface BatchLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export interface ReceivedBatch {
  /** The octets just stored, by ledger id; not those of oversized messages. */
  readonly raw: ReadonlyMap<number, Uint8Array>;
  /** The inbox holds more than this batch. */
  readonly more: boolean;
}

/** Protocol ids compared with the ledger at a time: an inbox may hold far more than a batch takes. */
const COMPARED_AT_ONCE = 500;

/** Octets committed at a time: one flush to disk for many small mails. */
const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * Stores a bounded batch of what the inbox holds and the ledger does not know, oldest first. Nothing is understood here.
 * Idempotent by (mailbox, protocol id). Throws MailError.
 */
export async function receiveBatch(
  { db, failpoint }: Pick<ActivityDeps, 'db' | 'failpoint'>,
  mailbox: Mailbox,
  session: MailSession,
  limits: BatchLimits,
): Promise<ReceivedBatch> {
  const unknown = await firstUnknown(db, mailbox.id, session, limits.maxMessages + 1);
  const batch = withinBytes(await session.describe(unknown.slice(0, limits.maxMessages)), limits.maxBytes);
  const arrivedAt = new Map(batch.map((message) => [message.protocolId, message.arrivedAt]));
  const raw = new Map<number, Uint8Array>();

  const store = async (group: readonly ReceivedMessage[]): Promise<void> => {
    failpoint('raw_stored:before');
    const stored = await storeReceived(db, mailbox.id, group, new Date().toISOString());
    failpoint('raw_stored:after');
    const octets = new Map(group.map((message) => [message.protocolId, message.raw]));
    for (const { id, protocolId } of stored) {
      const bytes = octets.get(protocolId);
      if (bytes !== undefined) raw.set(id, bytes);
    }
  };

  // Ledger ids are the order of arrival, so a large message is stored in its turn between the small ones.
  for (const run of runsBySize(batch, mailbox.maxMessageBytes)) {
    if (run.large) {
      for (const message of run.messages)
        await storeReceivedStream(db, mailbox.id, message, session.stream(message), new Date().toISOString());
      continue;
    }
    let group: ReceivedMessage[] = [];
    let groupBytes = 0;
    for await (const fetched of session.fetch(run.messages)) {
      group.push({ ...fetched, arrivedAt: arrivedAt.get(fetched.protocolId) ?? null });
      groupBytes += fetched.raw.length;
      if (groupBytes < GROUP_BYTES) continue;
      await store(group);
      group = [];
      groupBytes = 0;
    }
    if (group.length > 0) await store(group);
  }
  return { raw, more: batch.length < unknown.length };
}

/** Of what the inbox holds and the ledger does not, oldest first, at least so many; fewer when there are no more. */
async function firstUnknown(
  db: ActivityDeps['db'],
  mailboxId: number,
  session: MailSession,
  enough: number,
): Promise<readonly string[]> {
  const unknown: string[] = [];
  for await (const piece of session.listInPieces()) {
    for (let start = 0; start < piece.length && unknown.length < enough; start += COMPARED_AT_ONCE)
      unknown.push(...(await unknownProtocolIds(db, mailboxId, piece.slice(start, start + COMPARED_AT_ONCE))));
    if (unknown.length >= enough) break;
  }
  return unknown;
}

function withinBytes(messages: readonly ListedMessage[], maxBytes: number): readonly ListedMessage[] {
  let bytes = 0;
  const end = messages.findIndex(({ size }, index) => {
    bytes += size;
    return index > 0 && bytes > maxBytes;
  });
  return end === -1 ? messages : messages.slice(0, end);
}

interface Run {
  readonly large: boolean;
  readonly messages: ListedMessage[];
}

function runsBySize(batch: readonly ListedMessage[], maxMessageBytes: number): readonly Run[] {
  const runs: Run[] = [];
  for (const message of batch) {
    const large = message.size > maxMessageBytes;
    const last = runs.at(-1);
    if (last?.large === large) last.messages.push(message);
    else runs.push({ large, messages: [message] });
  }
  return runs;
}
