import { type MessageToRemove, recordRemoved, recordRemovalLeft } from '../../db/messages/ledger.ts';
import { readRaw } from '../../db/messages/raw-messages.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { MailSession } from '../../mail/connection/session.ts';
import type { RemovalOutcome } from './mailbox.contract.ts';
import type { ActivityDeps } from '../shared/deps.ts';

/** Takes handled messages out of the inbox and records what came of it. Idempotent: what is gone counts as removed. Throws MailError. */
export async function removeFromInbox(
  { db, failpoint }: Pick<ActivityDeps, 'db' | 'failpoint'>,
  session: MailSession,
  { maxMessageBytes }: Pick<Mailbox, 'maxMessageBytes'>,
  messages: readonly MessageToRemove[],
): Promise<RemovalOutcome> {
  const ids = Map.groupBy(messages, ({ protocolId }) => protocolId);
  failpoint('mail_removed:before');
  // One of an id at a time: there may be two that had it one after the other.
  const first = [...ids.values()].flatMap(([message]) => message ?? []);
  const {
    removed,
    left,
    replaced = [],
  } = await session.remove(
    first.map((message) => ({
      ...message,
      original: () => (message.size > maxMessageBytes ? Promise.resolve(null) : readRaw(db, message.id)),
    })),
  );
  failpoint('mail_removed:after');
  const idOf = (protocolId: string): readonly number[] =>
    ids
      .get(protocolId)
      ?.slice(0, 1)
      .map(({ id }) => id) ?? [];
  // What lies under the id of one that was replaced is not known to the ledger from here on, and is read as a new message.
  await recordRemoved(db, [...removed, ...replaced].flatMap(idOf), new Date().toISOString());
  if (left.length > 0)
    await recordRemovalLeft(
      db,
      left.flatMap(({ protocolId, reason }) => idOf(protocolId).map((id) => ({ id, reason }))),
    );
  failpoint('removal_recorded:after');
  return { removed: removed.length, left: left.length, reason: left[0]?.reason ?? null };
}
