import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { identity, instant, oneOf, reference } from './columns.ts';

export const logLevels = ['info', 'warning', 'error'] as const;

/**
 * What kind of author `who` names, which whoever chooses a name cannot choose. `token`: a program, with the token of that name. `command`:
 * somebody at the machine, with a `tsa` command. `mail`: the sender, as the mail says. `system`: a part of the agent. `unknown`: nobody who
 * was let in, by whatever name.
 */
export const logAuthors = ['user', 'token', 'command', 'mail', 'system', 'unknown'] as const;

/** Spec §10. No foreign keys: it outlives what it tells of. A trigger refuses UPDATE, and DELETE but by retention. */
export const operationLog = pgTable(
  'operation_log',
  {
    id: identity(),
    at: instant().notNull(),
    level: text({ enum: logLevels }).notNull(),
    mailboxId: reference(),
    messageId: reference(),
    operation: text().notNull(),
    ticketNumber: text(),
    who: text().notNull(),
    whoKind: text({ enum: logAuthors }).notNull(),
    result: text().notNull(),
    reason: text(),
  },
  (t) => [
    index('operation_log_by_mailbox').on(t.mailboxId, t.id),
    index('operation_log_by_message').on(t.messageId),
    index('operation_log_by_ticket').on(t.ticketNumber, t.id),
    index('operation_log_by_time').on(t.at),
    oneOf('operation_log_level_known', t.level, logLevels),
    oneOf('operation_log_who_kind_known', t.whoKind, logAuthors),
  ],
);
