import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { identity, instant, oneOf, reference } from './columns.ts';
import { mailboxes } from './mailboxes.ts';
import { messages } from './messages.ts';

export const outboxKinds = ['redirect', 'answer'] as const;
export const outboxStates = ['pending', 'sent', 'failed'] as const;

/** Outgoing mail: written with the effects that cause it, sent afterwards with one Message-ID however often it is tried. */
export const outbox = pgTable(
  'outbox',
  {
    id: identity(),
    kind: text({ enum: outboxKinds }).notNull(),
    /** RFC 5322 msg-id with its angle brackets. */
    messageIdHeader: text().notNull(),
    mailboxId: reference().references(() => mailboxes.id),
    toAddress: text().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    /** The message whose original octets go along as message/rfc822; retention waits for it. */
    attachedMessageId: reference().references(() => messages.id),
    state: text({ enum: outboxStates }).notNull().default('pending'),
    attempts: integer().notNull().default(0),
    nextAttemptAt: instant(),
    lastError: text(),
    createdAt: instant().notNull(),
    sentAt: instant(),
  },
  (t) => [
    unique('outbox_message_id_once').on(t.messageIdHeader),
    index('outbox_pending')
      .on(t.id)
      .where(sql`${t.state} = 'pending'`),
    index('outbox_by_attached')
      .on(t.attachedMessageId)
      .where(sql`${t.state} = 'pending'`),
    oneOf('outbox_kind_known', t.kind, outboxKinds),
    oneOf('outbox_state_known', t.state, outboxStates),
    check('outbox_sent_at_when_sent', sql`(${t.state} = 'sent') = (${t.sentAt} is not null)`),
  ],
);
