import { eq, sql } from 'drizzle-orm';
import type { Db, Tx } from './connect.ts';
import { outbox, type outboxKinds } from './schema/index.ts';

/** A mail to be sent. */
export interface OutgoingMail extends Record<string, unknown> {
  readonly id: number;
  readonly kind: (typeof outboxKinds)[number];
  /** RFC 5322 msg-id: the same with every attempt. */
  readonly messageIdHeader: string;
  readonly to: string;
  /** The address of the mailbox that it is sent for. */
  readonly from: string | null;
  readonly subject: string;
  readonly text: string;
  /** The message whose original goes along as message/rfc822; read it with `readRaw`. */
  readonly attachedMessageId: number | null;
  /** Who sent that message. */
  readonly originalFrom: string | null;
  /** Attempts that failed. */
  readonly attempts: number;
}

/** A mail is given up after so many attempts: two days of them. */
export const maxSendAttempts = 60;

/** Takes up to `limit` mails that are due, oldest first. Another sender does not take them within five minutes. */
export const takeUnsent = async (db: Db | Tx, limit: number): Promise<OutgoingMail[]> =>
  db.execute<OutgoingMail>(sql`
    with taken as (
      update ${outbox} set next_attempt_at = now() + interval '5 minutes'
      where ${outbox.id} in (
        select entry.id from ${outbox} as entry
        where entry.state = 'pending' and (entry.next_attempt_at is null or entry.next_attempt_at <= now())
        order by entry.id limit ${limit}
        for update skip locked
      )
      returning *
    )
    select taken.id::float8 as id, taken.kind, taken.message_id_header as "messageIdHeader", taken.to_address as "to",
      mailboxes.address as "from", taken.subject, taken.text, taken.attached_message_id::float8 as "attachedMessageId",
      original.from_address as "originalFrom", taken.attempts
    from taken left join mailboxes on mailboxes.id = taken.mailbox_id
      left join messages as original on original.id = taken.attached_message_id
    order by taken.id`);

export const markSent = async (db: Db | Tx, id: number, now: string): Promise<void> => {
  await db
    .update(outbox)
    .set({ state: 'sent', sentAt: now, nextAttemptAt: null, lastError: null })
    .where(eq(outbox.id, id));
};

/** To be tried again in 10 s, 20 s, 40 s … at most an hour; given up after `maxSendAttempts`, or at once when `final`. */
export const markSendFailed = async (db: Db | Tx, id: number, error: string, final = false): Promise<void> => {
  await db
    .update(outbox)
    .set({
      attempts: sql`${outbox.attempts} + 1`,
      nextAttemptAt: sql`now() + least(interval '1 hour', interval '10 seconds' * 2 ^ least(${outbox.attempts}, 20))`,
      lastError: error,
      state: sql`case when ${final} or ${outbox.attempts} + 1 >= ${maxSendAttempts} then 'failed' else 'pending' end`,
    })
    .where(eq(outbox.id, id));
};
