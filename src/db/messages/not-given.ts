import { and, eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { mailboxes, messages, notGiven } from '../schema/index.ts';

/** What gave the ids: a mailbox, and the generation of its account. */
export interface AccountKey {
  readonly mailboxId: number;
  readonly account: number;
}

/** A message that was listed and did not come. Times are ISO 8601 UTC. */
export interface NotGiven {
  readonly protocolId: string;
  /** How often it was asked for alone, in vain; 0 for one that has only lain behind a fault. */
  readonly attempts: number;
  readonly nextAttemptAt: string;
}

const of = ({ mailboxId, account }: AccountKey) =>
  and(eq(notGiven.mailboxId, mailboxId), eq(notGiven.account, account));

export const listNotGiven = (db: Db | Tx, key: AccountKey): Promise<NotGiven[]> =>
  db
    .select({
      protocolId: notGiven.protocolId,
      attempts: notGiven.attempts,
      nextAttemptAt: notGiven.nextAttemptAt,
    })
    .from(notGiven)
    .where(of(key));

/** Those that lay behind a fault: the next read asks for each alone, and counts what does not come. What is known already stays as it is. */
export const recordSuspects = async (
  db: Db | Tx,
  { mailboxId, account }: AccountKey,
  protocolIds: readonly string[],
  error: string,
  now: string,
): Promise<void> => {
  if (protocolIds.length === 0) return;
  await db
    .insert(notGiven)
    .values(
      protocolIds.map((protocolId) => ({
        ...{ mailboxId, account, protocolId, lastError: error },
        ...{ nextAttemptAt: now, firstAt: now },
      })),
    )
    .onConflictDoNothing();
};

export interface FailedAttempt {
  readonly protocolId: string;
  /** This one counted. */
  readonly attempts: number;
  readonly error: string;
  readonly nextAttemptAt: string;
}

/** Leaves each message in the inbox for its next attempt. */
export const recordNotGiven = async (
  db: Db | Tx,
  { mailboxId, account }: AccountKey,
  failed: readonly FailedAttempt[],
  now: string,
): Promise<void> => {
  if (failed.length === 0) return;
  await db
    .insert(notGiven)
    .values(
      failed.map(({ protocolId, attempts, error, nextAttemptAt }) => ({
        ...{ mailboxId, account, protocolId, attempts, nextAttemptAt },
        ...{ lastError: error, firstAt: now },
      })),
    )
    .onConflictDoUpdate({
      target: [notGiven.mailboxId, notGiven.account, notGiven.protocolId],
      set: {
        attempts: sql`excluded.attempts`,
        nextAttemptAt: sql`excluded.next_attempt_at`,
        lastError: sql`excluded.last_error`,
      },
    });
};

/** Ends the attempts at a message: a row of the ledger without an original, which stays in the inbox. */
export const quarantineNotGiven = (
  db: Db,
  { mailboxId, account }: AccountKey,
  { protocolId, attempts, error }: Pick<FailedAttempt, 'protocolId' | 'attempts' | 'error'>,
  now: string,
): Promise<void> =>
  db.transaction(async (tx) => {
    const explanation =
      `The server lists it and does not give it, asked ${String(attempts)} times: ${error} ` +
      'The original is still in the inbox. Release it to have it asked for again.';
    const [row] = await tx
      .insert(messages)
      .values({
        ...{ mailboxId, account, protocolId, rawSha256: '', size: 0, attempts },
        ...{ arrivedAt: now, receivedAt: now, handledAt: now, rawPurgedAt: now },
        ...{ disposition: 'quarantined', reason: 'not_given', explanation, lastError: error },
        recurrence: sql`(
          select coalesce(max(earlier.recurrence) + 1, 0) from ${messages} as earlier
          where earlier.mailbox_id = ${mailboxId} and earlier.account = ${account} and earlier.protocol_id = ${protocolId}
        )`,
      })
      .returning({ id: messages.id });
    await forgetNotGiven(tx, { mailboxId, account }, [protocolId]);
    await appendLog(tx, {
      ...{ at: now, level: 'error', operation: 'mailbox.not_given', who: 'agent', whoKind: 'system', mailboxId },
      messageId: row?.id ?? null,
      result: 'quarantined',
      reason: explanation,
    });
  });

/** They came, or are gone. */
export const forgetNotGiven = async (db: Db | Tx, key: AccountKey, protocolIds: readonly string[]): Promise<void> => {
  if (protocolIds.length === 0) return;
  await db.delete(notGiven).where(and(of(key), sql`${notGiven.protocolId} = any(${sql.param(protocolIds)}::text[])`));
};

/** For the mailbox's warning: those that were asked for in vain, the quarantined ones counted. */
export const countNotGiven = async (db: Db | Tx, { mailboxId, account }: AccountKey): Promise<number> => {
  const [row] = await db.execute<{ n: number }>(sql`
    select (
      (select count(*) from ${notGiven} where ${of({ mailboxId, account })} and ${notGiven.attempts} > 0)
      + (select count(*) from ${messages} where ${messages.mailboxId} = ${mailboxId} and ${messages.account} = ${account}
         and ${messages.removedAt} is null and ${messages.reason} = 'not_given')
    )::int as n`);
  const count = row?.n ?? 0;
  await db
    .update(mailboxes)
    .set({ notGivenMessages: count })
    .where(and(eq(mailboxes.id, mailboxId), sql`${mailboxes.notGivenMessages} <> ${count}`));
  return count;
};
