import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ApprovalStep } from '../../domain/approvals/approval.ts';
import { closedReplyPolicies, type EventEscalation, type Targets } from '../../domain/processes/service-level.ts';
import { ticketTypes } from '../../domain/tickets/ticket.ts';
import { calendars } from './calendars.ts';
import { identity, instant, json, oneOf, now, reference } from './columns.ts';

export const categories = pgTable(
  'categories',
  {
    id: identity(),
    code: text().notNull(),
    /** Of another system's catalogue, lower case without braces; null: none. */
    guid: text(),
    /** The last name of `path`. */
    name: text().notNull(),
    /** Names from the root, joined by `/`. */
    path: text().notNull(),
    ticketType: text({ enum: ticketTypes }).notNull(),
    process: text().notNull(),
    supportGroup: text(),
    /** In order; empty: its process asks nobody. */
    approvalSteps: json()
      .$type<readonly ApprovalStep[]>()
      .notNull()
      .default(sql`'[]'`),
    closedReplyPolicy: text({ enum: closedReplyPolicies }).notNull().default('reopen'),
    /** Null: every hour counts. */
    calendarId: reference().references(() => calendars.id),
    /** Null: `defaultTargets`. */
    targets: json().$type<Targets>(),
    /** Of events: when one becomes an incident. */
    escalation: json().$type<EventEscalation>(),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [
    uniqueIndex('categories_code_once').on(sql`lower(${t.code})`),
    uniqueIndex('categories_guid_once').on(t.guid),
    uniqueIndex('categories_path_once').on(sql`lower(${t.path})`),
    index('categories_by_name').on(sql`lower(${t.name})`),
    oneOf('categories_closed_reply_policy_known', t.closedReplyPolicy, closedReplyPolicies),
    oneOf('categories_ticket_type_known', t.ticketType, ticketTypes),
  ],
);
