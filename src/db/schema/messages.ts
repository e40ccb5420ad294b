import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { dispositions, quarantineReasons, rejectionReasons } from '../../domain/messages/disposition.ts';
import { senderAuthentications } from '../../domain/mailboxes/sender-authentication.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import { bytea, identity, instant, oneOf, reference, json } from './columns.ts';
import { categories } from './categories.ts';
import { employees } from './employees.ts';
import { mailboxes } from './mailboxes.ts';
import { tickets } from './tickets.ts';

export const reasonCodes = [...rejectionReasons, ...quarantineReasons, 'same_message'] as const;

/** The dispositions that change a ticket: a message has them once, whatever the server delivers again. */
const onTicket = sql.raw(
  dispositions
    .filter((name) => !['confirmed', 'rejected', 'redirected', 'duplicate', 'quarantined'].includes(name))
    .map((name) => `'${name}'`)
    .join(', '),
);

/** Inbox and ledger in one row: a message is stored here before it is understood, and ends in one disposition (spec §4). */
export const messages = pgTable(
  'messages',
  {
    id: identity(),
    mailboxId: reference()
      .notNull()
      .references(() => mailboxes.id),
    /** The generation of the mailbox's account that gave the id: see `mailboxes.account`. */
    account: integer().notNull().default(1),
    protocolId: text().notNull(),
    /** Counts the other messages that the server gave the same id before, once they had left the inbox. */
    recurrence: integer().notNull().default(0),
    rawSha256: text().notNull(),
    /** Octets of the raw message. */
    size: bigint({ mode: 'number' }).notNull(),
    /** Larger than its mailbox takes: stored in pieces as it came, never parsed. */
    oversized: boolean().notNull().default(false),
    /** When it came to the mailbox, by the server's word; `receivedAt` where the protocol does not tell. */
    arrivedAt: instant().notNull(),
    /** When it was stored here. */
    receivedAt: instant().notNull(),
    attempts: integer().notNull().default(0),
    nextAttemptAt: instant(),
    lastError: text(),
    /** Of the message as understood; null until then, or when it could not be parsed. */
    messageId: text(),
    contentKey: text(),
    fromAddress: text(),
    subject: text(),
    /** Whether its From line was proved; null before it was judged. */
    senderAuthentication: text({ enum: senderAuthentications }),
    /** Null: not yet handled. */
    disposition: text({ enum: dispositions }),
    reason: text({ enum: reasonCodes }),
    explanation: text(),
    /** Warnings and errors of the instruction. */
    notices: json().$type<readonly Diagnostic[]>().notNull().default([]),
    /** Names of the mailbox's rules that matched it, in order. */
    rules: text().array().notNull().default([]),
    /** The ticket that it changed, or that it names where it was refused. */
    ticketNumber: text().references(() => tickets.number),
    handledAt: instant(),
    /** Null: still in the inbox, as far as is known. */
    removedAt: instant(),
    removalError: text(),
    /** When an administrator had it handled again. */
    releasedAt: instant(),
    /** It was released where only a proof of its sender was wanting. */
    vouched: boolean().notNull().default(false),
    /** Of the ticket that it may make then, whatever the mail or its mailbox says; null: as they say. */
    releasedCategoryId: reference().references(() => categories.id, { onDelete: 'set null' }),
    discardedAt: instant(),
    rawPurgedAt: instant(),
  },
  (t) => [
    unique('ledger_exactly_once').on(t.mailboxId, t.account, t.protocolId, t.recurrence),
    uniqueIndex('ledger_content_once')
      .on(t.mailboxId, t.contentKey)
      .where(sql`${t.disposition} in (${onTicket})`),
    index('messages_by_content').on(t.mailboxId, t.contentKey),
    index('messages_pending')
      .on(t.mailboxId, t.id)
      .where(sql`${t.disposition} is null`),
    index('messages_to_remove')
      .on(t.mailboxId, t.id)
      .where(sql`${t.removedAt} is null and ${t.disposition} is not null and ${t.reason} is distinct from 'not_given'`),
    index('messages_by_sender').on(t.mailboxId, t.fromAddress, t.arrivedAt),
    index('messages_with_raw')
      .on(t.handledAt)
      .where(sql`${t.rawPurgedAt} is null and ${t.disposition} is not null`),
    index('messages_by_ticket').on(t.ticketNumber),
    oneOf('messages_sender_authentication_known', t.senderAuthentication, senderAuthentications),
    oneOf('messages_disposition_known', t.disposition, dispositions),
    oneOf('messages_reason_known', t.reason, reasonCodes),
    check('messages_handled_with_disposition', sql`(${t.disposition} is null) = (${t.handledAt} is null)`),
    check(
      'messages_reason_with_refusal',
      sql`coalesce(${t.disposition} in ('rejected', 'quarantined', 'duplicate'), false) = (${t.reason} is not null)`,
    ),
    check(
      'messages_ticket_with_effect',
      sql`case when ${t.disposition} is null then ${t.ticketNumber} is null
        else ${t.disposition} not in (${onTicket}) or ${t.ticketNumber} is not null end`,
    ),
  ],
);

/** The raw octets, in pieces so that no single value is large; deleted by retention. */
export const messageChunks = pgTable(
  'message_chunks',
  {
    messageId: reference()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    seq: integer().notNull(),
    bytes: bytea().notNull(),
  },
  (t) => [primaryKey({ name: 'message_chunks_once', columns: [t.messageId, t.seq] })],
);

/** One-time tokens by which senders confirm a message of theirs, by their SHA-256 (hex): in clear text they exist in the mail alone (spec §7). */
export const confirmationTokens = pgTable(
  'confirmation_tokens',
  {
    hash: text().primaryKey(),
    messageId: reference()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    /** Who was asked. */
    employeeId: reference()
      .notNull()
      .references(() => employees.id, { onDelete: 'cascade' }),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [index('confirmation_tokens_by_message').on(t.messageId)],
);

/** Messages that a server lists and does not give, until it does or has been asked often enough. */
export const notGiven = pgTable(
  'not_given',
  {
    mailboxId: reference()
      .notNull()
      .references(() => mailboxes.id, { onDelete: 'cascade' }),
    account: integer().notNull(),
    protocolId: text().notNull(),
    /** How often it was asked for alone, in vain; 0 for one that has only lain behind a fault. */
    attempts: integer().notNull().default(0),
    nextAttemptAt: instant().notNull(),
    firstAt: instant().notNull(),
    /** What happened the last time. */
    lastError: text().notNull(),
  },
  (t) => [primaryKey({ name: 'not_given_once', columns: [t.mailboxId, t.account, t.protocolId] })],
);
