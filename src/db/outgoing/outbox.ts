import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { restAfterSending } from '../../domain/outgoing/send-attempts.ts';
import type { Language, OutgoingKind } from '../../domain/outgoing/outgoing.ts';
import {
  employeeAddresses,
  employees,
  mailboxes,
  messages,
  outbox,
  sendingWays,
  settings,
  tickets,
} from '../schema/index.ts';
import { readSettings } from '../settings/settings.ts';

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
  readonly answersMessageId: number | null;
  /** The message whose original goes along as message/rfc822; read it with `readRaw`. */
  readonly attachedMessageId: number | null;
  /** Who sent that message. */
  readonly originalFrom: string | null;
  /** Attempts that failed. */
  readonly attempts: number;
  /** Times that it was given to a server that may have taken it: the next one is a repetition where there was one. */
  readonly handings: number;
  /** The mailbox that sends it, for itself; null: the SMTP server. */
  readonly senderId: number | null;
  /** Failures in a row of the way that it takes. */
  readonly wayFailures: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
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
 * Mails that anybody can cause by writing: so many of each sort an hour and address, and no more (spec §7). What is to be confirmed is
 * not used up by answers.
 */
export const answering: readonly (readonly OutgoingKind[])[] = [
  ['answer', 'acknowledgement', 'choice_answer'],
  ['choice_confirmation', 'operation_confirmation'],
];

/**
 * Writes a mail into the outbox, to be sent once the caller's transaction is committed. An employee without an address gets none; a
 * second answer to one message is dropped, and so is one beyond what an address gets in an hour. True when it was written.
 */
export const enqueueMail = async (tx: Db | Tx, mail: NewMail): Promise<boolean> => {
  const { language, answersPerHour } = await readSettings(tx);
  const address = 'address' in mail.to ? mail.to.address : null;
  const limited = answering.find((kinds) => kinds.includes(mail.kind)) ?? [];
  const addressee =
    'address' in mail.to
      ? sql`${employeeAddresses.address} = ${mail.to.address}`
      : sql`${employeeAddresses.employeeId} = ${mail.to.employeeId} and ${employeeAddresses.isPrimary}`;
  const inserted = await tx.execute(sql`
    with addressee as (
      select coalesce(${address}, found.address) as address, coalesce(found.language, ${language}) as language
      from (select 1) as one left join (
        select ${employeeAddresses.address}, ${employees.language}
        from ${employeeAddresses} join ${employees} on ${employees.id} = ${employeeAddresses.employeeId} where ${addressee} limit 1
      ) as found on true
    )
    insert into ${outbox} (kind, message_id_header, mailbox_id, to_address, language, ticket_id, action_id, approval_request_id,
      answers_message_id, tags, created_at)
    select ${mail.kind}, ${`<${randomUUID()}@tsa.invalid>`},
      coalesce(
        (select ${tickets.mailboxId} from ${tickets} where ${tickets.id} = ${mail.ticketId}::bigint),
        (select ${messages.mailboxId} from ${messages} where ${messages.id} = ${mail.answersMessageId ?? null}::bigint)
      ),
      addressee.address, addressee.language, ${mail.ticketId}::bigint, ${mail.actionId ?? null}::bigint,
      ${mail.approvalRequestId ?? null}::bigint, ${mail.answersMessageId ?? null}::bigint,
      ${JSON.stringify(mail.tags ?? {})}::jsonb, ${mail.now}::timestamptz
    from addressee
    where addressee.address is not null and (
      ${limited.length === 0} or ${answersPerHour}::int > (
        select count(*) from ${outbox} as earlier
        where earlier.to_address = addressee.address and earlier.created_at > ${mail.now}::timestamptz - interval '1 hour'
          and earlier.kind = any(${sql.param(limited)}::text[])
      )
    )
    on conflict (answers_message_id) where kind in ('answer', 'acknowledgement') do nothing
    returning id`);
  return inserted.length > 0;
};

/** Which of these msg-ids a server gave to a mail of ours. */
export const serverMessageIdsAmong = async (db: Db | Tx, msgIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const found = await db
    .select({ msgId: outbox.serverMessageId })
    .from(outbox)
    .where(sql`${outbox.serverMessageId} = any(${sql.param(msgIds)}::text[])`);
  return new Set(found.flatMap(({ msgId }) => msgId ?? []));
};

/** Whether a server gave this msg-id to a mail of ours. */
export const isServerMessageId = async (db: Db | Tx, msgId: string): Promise<boolean> => {
  const found = await db.select({ id: outbox.id }).from(outbox).where(eq(outbox.serverMessageId, msgId)).limit(1);
  return found.length > 0;
};

/** The ticket of the first of these msg-ids that a server gave to a mail of ours in place of our own. */
export const ticketOfServerMessageIds = async (db: Db | Tx, msgIds: readonly string[]): Promise<string | null> => {
  if (msgIds.length === 0) return null;
  const [found] = await db.execute<{ number: string }>(sql`
    select ${tickets.number} from ${outbox} join ${tickets} on ${tickets.id} = ${outbox.ticketId}
    where ${outbox.serverMessageId} = any(${sql.param(msgIds)}::text[])
    order by array_position(${sql.param(msgIds)}::text[], ${outbox.serverMessageId}) limit 1`);
  return found?.number ?? null;
};

/** A sender that dies leaves its mail for this long; one that is slow renews it. */
const lease = sql`interval '1 minute'`;

/**
 * Takes up to `limit` mails that are due and whose way does not rest, oldest first. Another sender does not take them within the lease, a
 * minute.
 */
export const takeUnsent = async (
  db: Db | Tx,
  limit: number,
  { hasSmtp }: { readonly hasSmtp: boolean },
): Promise<OutgoingMail[]> =>
  db.execute<OutgoingMail>(sql`
    with due as (
      select entry.id, sender.id as sender_id, way.failures
      from ${outbox} as entry
      left join ${mailboxes} as own on own.id = entry.mailbox_id
      left join lateral (
        select mailbox.id from ${mailboxes} as mailbox
        where mailbox.deleted_at is null and mailbox.send_via = 'mailbox'
          and mailbox.address = case when entry.kind = 'redirect' then own.address else coalesce((
            select value #>> '{}' from ${settings} where key = 'supportReturnEmailAddress'
          ), own.address) end
        order by mailbox.id limit 1
      ) as sender on true
      left join ${sendingWays} as way on way.way = coalesce('mailbox/' || sender.id, 'smtp')
      where entry.state = 'pending' and (entry.next_attempt_at is null or entry.next_attempt_at <= now())
        and (way.rests_until is null or way.rests_until <= now()) and (${hasSmtp} or sender.id is not null)
      order by entry.id limit ${limit}
      for update of entry skip locked
    ), taken as (
      update ${outbox} set next_attempt_at = now() + ${lease}
      from due where ${outbox.id} = due.id
      returning ${outbox}.*, due.sender_id, due.failures
    )
    select taken.id::float8 as id, taken.kind, taken.message_id_header as "messageIdHeader", taken.to_address as "to",
      mailboxes.address as "from", taken.language, taken.tags, taken.ticket_id::float8 as "ticketId",
      taken.action_id::float8 as "actionId", taken.approval_request_id::float8 as "approvalRequestId",
      taken.answers_message_id::float8 as "answersMessageId",
      taken.attached_message_id::float8 as "attachedMessageId",
      original.from_address as "originalFrom", taken.attempts, taken.handings,
      taken.sender_id::float8 as "senderId", coalesce(taken.failures, 0)::int as "wayFailures",
      to_char(taken.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"
    from taken left join mailboxes on mailboxes.id = taken.mailbox_id
      left join messages as original on original.id = taken.attached_message_id
    order by taken.id`);

/** Of a mail that is being sent: for another minute. */
export const renewSendLease = async (db: Db | Tx, id: number): Promise<void> => {
  await db
    .update(outbox)
    .set({ nextAttemptAt: sql`now() + ${lease}` })
    .where(and(eq(outbox.id, id), eq(outbox.state, 'pending')));
};

export const markSent = async (
  db: Db | Tx,
  id: number,
  {
    now,
    subject,
    serverMessageId,
  }: { readonly now: string; readonly subject: string; readonly serverMessageId: string | null },
): Promise<void> => {
  await db
    .update(outbox)
    .set({ state: 'sent', sentAt: now, subject, serverMessageId, nextAttemptAt: null, lastError: null })
    .where(eq(outbox.id, id));
};

/** Gives the mail its msg-id, before it is first sent: it holds the row's own number. */
export const nameMail = async (db: Db | Tx, id: number, messageIdHeader: string): Promise<void> => {
  await db.update(outbox).set({ messageIdHeader }).where(eq(outbox.id, id));
};

/** Before it is given to a server: from here on the server may have it. */
export const markHanded = async (db: Db | Tx, id: number): Promise<void> => {
  await db
    .update(outbox)
    .set({ handings: sql`${outbox.handings} + 1` })
    .where(eq(outbox.id, id));
};

/** How an attempt ended that did not send the mail. */
export interface FailedAttempt {
  readonly error: string;
  /** It will never be taken: given up at once. */
  readonly final: boolean;
  /** It was given to the server, which by its own answer has not taken it: this was no handing. */
  readonly notTaken: boolean;
}

/** To be tried again when `restAfterSending` says; given up after so many attempts, or at once when `final`. */
export const markSendFailed = (db: Db | Tx, id: number, { error, final, notTaken }: FailedAttempt): Promise<void> =>
  db.transaction(async (tx) => {
    const [mail] = await tx
      .select({ attempts: outbox.attempts, handings: outbox.handings })
      .from(outbox)
      .where(eq(outbox.id, id))
      .for('update');
    if (mail === undefined) return;
    const attempts = mail.attempts + 1;
    const restMs = final ? null : restAfterSending(attempts);
    await tx
      .update(outbox)
      .set({
        attempts,
        nextAttemptAt: sql`now() + ${restMs ?? 0} * interval '1 millisecond'`,
        lastError: error,
        state: restMs === null ? 'failed' : 'pending',
        ...(notTaken && { handings: Math.max(0, mail.handings - 1) }),
      })
      .where(eq(outbox.id, id));
  });

/** The way takes nothing from us: it is no attempt of this mail, which is due again when the way has rested. */
export const keepMail = async (
  db: Db | Tx,
  id: number,
  { error, notTaken }: Omit<FailedAttempt, 'final'>,
): Promise<void> => {
  await db
    .update(outbox)
    .set({
      lastError: error,
      nextAttemptAt: null,
      ...(notTaken && { handings: sql`greatest(${outbox.handings} - 1, 0)` }),
    })
    .where(and(eq(outbox.id, id), eq(outbox.state, 'pending')));
};
