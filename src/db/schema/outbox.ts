import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { languages, outgoingKinds } from '../../domain/outgoing/outgoing.ts';
import { actions } from './actions.ts';
import { approvalRequests } from './approvals.ts';
import { identity, instant, json, now, oneOf, reference } from './columns.ts';
import { mailboxes } from './mailboxes.ts';
import { messages } from './messages.ts';
import { tickets } from './tickets.ts';

/** `bounced`: it was sent, and came back. */
export const outboxStates = ['pending', 'sent', 'bounced', 'failed'] as const;

/**
 * Outgoing mail: written with the effects that cause it, sent afterwards with one Message-ID however often it is tried.
 * What it says is made of its template when it is sent: a token is never stored.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: identity(),
    kind: text({ enum: outgoingKinds }).notNull(),
    /** RFC 5322 msg-id with its angle brackets. */
    messageIdHeader: text().notNull(),
    /** The msg-id that the server gave it, where it told another one: replies and bounces name that. */
    serverMessageId: text(),
    mailboxId: reference().references(() => mailboxes.id),
    toAddress: text().notNull(),
    language: text({ enum: languages }).notNull().default('en'),
    ticketId: reference().references(() => tickets.id),
    /** `#CURRENT_ACTION_ID#`. */
    actionId: reference().references(() => actions.id),
    /** Whose choice its links make: they get a token. */
    approvalRequestId: reference().references(() => approvalRequests.id),
    /** What this mail answers; a message is answered once. */
    answersMessageId: reference().references(() => messages.id),
    /** Values of the template's tags that the ticket does not hold, by name without `#`. */
    tags: json()
      .$type<Readonly<Record<string, string>>>()
      .notNull()
      .default(sql`'{}'`),
    /** As sent; null before that. */
    subject: text(),
    /** The message whose original octets go along as message/rfc822; retention waits for it. */
    attachedMessageId: reference().references(() => messages.id),
    state: text({ enum: outboxStates }).notNull().default('pending'),
    attempts: integer().notNull().default(0),
    /** Times that it was given to a server that took it, or may have: more than one, and the receiver may have it twice. */
    handings: integer().notNull().default(0),
    nextAttemptAt: instant(),
    lastError: text(),
    /** The message that reported what became of it last. */
    reportMessageId: reference().references(() => messages.id),
    createdAt: instant().notNull(),
    sentAt: instant(),
  },
  (t) => [
    unique('outbox_message_id_once').on(t.messageIdHeader),
    index('outbox_by_server_message_id')
      .on(t.serverMessageId)
      .where(sql`${t.serverMessageId} is not null`),
    index('outbox_pending')
      .on(t.id)
      .where(sql`${t.state} = 'pending'`),
    index('outbox_by_attached')
      .on(t.attachedMessageId)
      .where(sql`${t.state} = 'pending'`),
    uniqueIndex('outbox_answers_once')
      .on(t.answersMessageId)
      .where(sql`${t.kind} in ('answer', 'acknowledgement')`),
    index('outbox_by_recipient').on(t.toAddress, t.createdAt),
    index('outbox_by_ticket').on(t.ticketId),
    oneOf('outbox_kind_known', t.kind, outgoingKinds),
    oneOf('outbox_language_known', t.language, languages),
    oneOf('outbox_state_known', t.state, outboxStates),
    check('outbox_sent_at_when_sent', sql`(${t.state} in ('sent', 'bounced')) = (${t.sentAt} is not null)`),
  ],
);

/** Ways out that take nothing from us at the moment; a way that works has no row. */
export const sendingWays = pgTable('sending_ways', {
  /** `smtp`, or `mailbox/<id>`. */
  way: text().primaryKey(),
  /** What went wrong, and what to do. */
  detail: text().notNull(),
  since: instant().notNull().default(now),
  /** In a row. */
  failures: integer().notNull().default(1),
  /** It is not tried before; null: now. */
  restsUntil: instant(),
});
