import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { isReleasable, releasableDispositions } from '../../domain/messages/disposition.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { mailboxes, messageChunks, messages, outbox } from '../schema/index.ts';

/** The ledger's row of a message that was never handled. */
export const unhandled = {
  disposition: null,
  reason: null,
  explanation: null,
  ticketNumber: null,
  rules: [] as string[],
  handledAt: null,
  attempts: 0,
  nextAttemptAt: null,
  lastError: null,
};

/**
 * Puts a rejected, redirected or quarantined message back to be handled, with its mailbox and its time of arrival. One that was too large is read
 * this time if its mailbox takes it by now. `categoryId`: of the ticket that it may make, in place of the mail's and the mailbox's.
 * One that the server did not give is asked for again: its row goes, and the next read makes another one.
 * Throws NotFoundError, or ConflictError when it is neither or its original is gone.
 */
export const releaseMessage = async (
  db: Db | Tx,
  id: number,
  { now, categoryId }: { readonly now: string; readonly categoryId: number | null },
): Promise<void> => {
  const asked = await db
    .delete(messages)
    .where(and(eq(messages.id, id), eq(messages.reason, 'not_given')))
    .returning({ id: messages.id });
  if (asked.length > 0) return;
  const released = await db
    .update(messages)
    .set({
      ...unhandled,
      releasedAt: now,
      releasedCategoryId: categoryId,
      vouched: sql`${messages.vouched} or ${messages.reason} is not distinct from 'sender_unproven'`,
      oversized: sql`${messages.oversized} and ${messages.size} >
        (select ${mailboxes.maxMessageBytes} from ${mailboxes} where ${mailboxes.id} = ${messages.mailboxId})`,
    })
    .where(
      and(eq(messages.id, id), inArray(messages.disposition, releasableDispositions), isNull(messages.rawPurgedAt)),
    )
    .returning({ id: messages.id });
  if (released.length === 0) await explainRefusal(db, id, 'released');
};

/**
 * Deletes the original of a rejected, redirected or quarantined message; the ledger row stays. Throws NotFoundError, or ConflictError when
 * it is none of these, its original is gone, or a mail that carries it is still to be sent.
 */
export const discardMessage = (db: Db | Tx, id: number, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const discarded = await tx
      .update(messages)
      .set({ discardedAt: now, rawPurgedAt: now })
      .where(
        and(
          eq(messages.id, id),
          inArray(messages.disposition, releasableDispositions),
          isNull(messages.rawPurgedAt),
          sql`not exists (
            select 1 from ${outbox} where ${outbox.attachedMessageId} = ${messages.id} and ${outbox.state} = 'pending'
          )`,
        ),
      )
      .returning({ id: messages.id });
    if (discarded.length === 0) await explainRefusal(tx, id, 'discarded');
    await tx.delete(messageChunks).where(eq(messageChunks.messageId, id));
  });

const explainRefusal = async (db: Db | Tx, id: number, wish: 'released' | 'discarded'): Promise<never> => {
  const [message] = await db
    .select({ disposition: messages.disposition, rawPurgedAt: messages.rawPurgedAt })
    .from(messages)
    .where(eq(messages.id, id));
  if (message === undefined) throw new NotFoundError(`There is no message ${id}.`);
  const { disposition, rawPurgedAt } = message;
  if (disposition === null) throw new ConflictError('message_pending', `Message ${id} is waiting to be handled.`);
  if (!isReleasable(disposition))
    throw new ConflictError(
      'message_not_refused',
      `Message ${id} was handled (${disposition}): only a rejected, redirected or quarantined one can be ${wish}.`,
    );
  if (rawPurgedAt !== null)
    throw new ConflictError('message_without_original', `The original of message ${id} was deleted on ${rawPurgedAt}.`);
  throw new ConflictError('message_in_outbox', `Message ${id} goes out with a mail that is still to be sent.`);
};
