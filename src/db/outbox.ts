import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { Db, Tx } from './connect.ts';
import type { Language, OutgoingKind } from '../domain/outgoing.ts';
import { employeeAddresses, employees, outbox, tickets } from './schema/index.ts';

/** A mail to be sent. */
export interface OutgoingMail extends Record<string, unknown> {
  readonly id: number;
  readonly kind: OutgoingKind;
  /** RFC 5322 msg-id: the same with every attempt. */
  readonly messageIdHeader: string;
  readonly to: string;
  /** The address of the mailbox that it is sent for. */
  readonly from: string | null;
  readonly language: Language;
  readonly tags: Readonly<Record<string, string>>;
  readonly ticketId: number | null;
  readonly actionId: number | null;
  readonly approvalRequestId: number | null;
  /** The message whose original goes along as message/rfc822; read it with `readRaw`. */
  readonly attachedMessageId: number | null;
  /** Who sent that message. */
  readonly originalFrom: string | null;
  /** Attempts that failed. */
  readonly attempts: number;
}

/** A mail to be written to somebody: its template's name, and what the template cannot know. */
export interface NewMail {
  readonly kind: Exclude<OutgoingKind, 'redirect'>;
  /** An employee, who gets it at the primary address and in their language, or an address. */
  readonly to: { readonly employeeId: number } | { readonly address: string };
  readonly ticketId: number | null;
  readonly actionId?: number;
  readonly approvalRequestId?: number;
  readonly answersMessageId?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/**
 * Writes a mail into the outbox, to be sent once the caller's transaction is committed. An employee without an address gets none; a
 * second answer to one message is dropped.
 */
export const enqueueMail = async (tx: Db | Tx, mail: NewMail): Promise<void> => {
  const employee =
    'employeeId' in mail.to
      ? sql`${employees.id} = ${mail.to.employeeId}`
      : sql`${employeeAddresses.address} = ${mail.to.address}`;
  await tx.execute(sql`
    with addressee as (
      select coalesce(min(${employeeAddresses.address}) filter (where ${employeeAddresses.isPrimary}), min(${employeeAddresses.address})) as address,
        min(${employees.language}) as language
      from ${employees} join ${employeeAddresses} on ${employeeAddresses.employeeId} = ${employees.id}
      where ${employee}
    )
    insert into ${outbox} (kind, message_id_header, mailbox_id, to_address, language, ticket_id, action_id, approval_request_id,
      answers_message_id, tags, created_at)
    select ${mail.kind}, ${`<${randomUUID()}@tsa.invalid>`}, (select ${tickets.mailboxId} from ${tickets} where ${tickets.id} = ${mail.ticketId}),
      ${'address' in mail.to ? mail.to.address : sql`addressee.address`}, coalesce(addressee.language, 'en'),
      ${mail.ticketId}::bigint, ${mail.actionId ?? null}::bigint, ${mail.approvalRequestId ?? null}::bigint,
      ${mail.answersMessageId ?? null}::bigint, ${JSON.stringify(mail.tags ?? {})}::jsonb, ${mail.now}::timestamptz
    from addressee
    where ${'address' in mail.to ? sql`true` : sql`addressee.address is not null`}
    on conflict (answers_message_id) where kind in ('answer', 'acknowledgement') do nothing`);
};

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
      mailboxes.address as "from", taken.language, taken.tags, taken.ticket_id::float8 as "ticketId",
      taken.action_id::float8 as "actionId", taken.approval_request_id::float8 as "approvalRequestId",
      taken.attached_message_id::float8 as "attachedMessageId",
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
