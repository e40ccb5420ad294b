import type { MailRule } from '../../domain/mailboxes/mail-rule.ts';
import { sql } from 'drizzle-orm';
import { boolean, check, date, doublePrecision, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { mailboxStates, mailboxTypes, sendVias } from '../../domain/mailboxes/mailbox.ts';
import { senderAuthenticationModes } from '../../domain/mailboxes/sender-authentication.ts';
import { categories } from './categories.ts';
import { identity, instant, json, oneOf, reference, now } from './columns.ts';

export const afterProcessing = ['delete', 'move'] as const;

export const mailboxes = pgTable(
  'mailboxes',
  {
    id: identity(),
    name: text().notNull(),
    active: boolean().notNull(),
    type: text({ enum: mailboxTypes }).notNull(),
    readIntervalMinutes: doublePrecision().notNull(),
    mailServer: text(),
    port: integer(),
    login: text().notNull(),
    address: text().notNull(),
    sslTls: boolean().notNull(),
    startTls: boolean().notNull(),
    applicationId: text(),
    directoryId: text(),
    /** `v1.<key id>.<base64>`, see secrets.ts. */
    passwordEncrypted: text(),
    clientSecretEncrypted: text(),
    secretExpiresAt: date(),
    /** The day, UTC, on which the operation log last told of it. */
    secretWarnedOn: date(),
    defaultCategoryId: reference()
      .notNull()
      .references(() => categories.id),
    origin: text(),
    createUnknownRequestors: boolean().notNull(),
    redirectUnknownEmailsTo: text(),
    afterProcessing: text({ enum: afterProcessing }).notNull(),
    moveToFolder: text(),
    trustedSenders: text().array().notNull(),
    acceptCurlyQuotes: boolean().notNull(),
    senderAuthentication: text({ enum: senderAuthenticationModes }).notNull().default('off'),
    /** The receiving servers whose Authentication-Results count, lower case (RFC 8601 §2.5). */
    authenticationServers: text().array().notNull().default([]),
    exchangeInternal: boolean().notNull().default(false),
    ownDomains: text().array().notNull().default([]),
    maxMessageBytes: integer().notNull(),
    push: boolean().notNull().default(false),
    sendVia: text({ enum: sendVias }).notNull().default('smtp'),
    /** What keeps its inbox from being watched, and the remedy; null while it is watched, or need not be. */
    pushProblem: text(),
    state: text({ enum: mailboxStates }).notNull().default('waiting'),
    stateDetail: text().notNull().default(''),
    stateSince: instant().notNull().default(now),
    lastReadAt: instant(),
    nextReadAt: instant(),
    consecutiveFailures: integer().notNull().default(0),
    /** When its inbox was last compared with the ledger; at first, when it was made. */
    lastComparedAt: instant().notNull().default(now),
    /** Messages in the inbox that no read lists, as the last comparison found them. */
    unlistedMessages: integer().notNull().default(0),
    /** Messages that the server lists and does not give, as the last read found them. */
    notGivenMessages: integer().notNull().default(0),
    /** Grows when type, server, port or login change: what the ledger knows of one account says nothing about another. */
    account: integer().notNull().default(1),
    /** Grows with every change of the form, not with the state: two administrators do not overwrite each other. */
    revision: integer().notNull().default(1),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
    /** A deleted mailbox is read no more; its row stays, for its messages and tickets name it. */
    deletedAt: instant(),
  },
  (t) => [
    uniqueIndex('mailboxes_name_once')
      .on(sql`lower(${t.name})`)
      .where(sql`${t.deletedAt} is null`),
    oneOf('mailboxes_type_known', t.type, mailboxTypes),
    oneOf('mailboxes_state_known', t.state, mailboxStates),
    oneOf('mailboxes_sender_authentication_known', t.senderAuthentication, senderAuthenticationModes),
    oneOf('mailboxes_send_via_known', t.sendVia, sendVias),
    oneOf('mailboxes_after_processing_known', t.afterProcessing, afterProcessing),
    check('mailboxes_folder_with_move', sql`(${t.afterProcessing} = 'move') = (${t.moveToFolder} is not null)`),
    check('mailboxes_interval_positive', sql`${t.readIntervalMinutes} > 0`),
    check('mailboxes_port_in_range', sql`${t.port} between 1 and 65535`),
    check('mailboxes_max_message_positive', sql`${t.maxMessageBytes} > 0`),
    check('mailboxes_one_kind_of_tls', sql`not (${t.sslTls} and ${t.startTls})`),
    check('mailboxes_address_lower_case', sql`${t.address} = lower(${t.address})`),
  ],
);

/** Which worker watches the inbox of a mailbox with push: one at a time, until `heldUntil` unless it asks again. */
export const pushWatches = pgTable('push_watches', {
  mailboxId: reference()
    .primaryKey()
    .references(() => mailboxes.id),
  /** Of the worker's own making, new with each start. */
  holder: text().notNull(),
  heldUntil: instant().notNull(),
});

/** The rules of a mailbox, in order (spec §14); no row: none. */
export const mailboxRules = pgTable('mailbox_rules', {
  mailboxId: reference()
    .primaryKey()
    .references(() => mailboxes.id),
  rules: json().$type<readonly MailRule[]>().notNull(),
  /** Grows with every change: two administrators do not overwrite each other. */
  revision: integer().notNull().default(1),
  updatedAt: instant().notNull().default(now),
});
