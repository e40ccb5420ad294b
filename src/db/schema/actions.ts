import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { actionKinds } from '../../domain/tickets/ticket.ts';
import { identity, instant, oneOf, reference } from './columns.ts';
import { employees } from './employees.ts';
import { messages } from './messages.ts';
import { tickets } from './tickets.ts';

/** The steps in a ticket's life; `id` is `ACTION_ID`. */
export const actions = pgTable(
  'actions',
  {
    id: identity(),
    ticketId: reference()
      .notNull()
      .references(() => tickets.id),
    kind: text({ enum: actionKinds }).notNull(),
    text: text().notNull(),
    /** Who did it; null for the agent itself. */
    employeeId: reference().references(() => employees.id),
    messageId: reference().references(() => messages.id),
    at: instant().notNull(),
    dueAt: instant(),
  },
  (t) => [index('actions_by_ticket').on(t.ticketId, t.id), oneOf('actions_kind_known', t.kind, actionKinds)],
);
