import { sql } from 'drizzle-orm';
import {
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core';
import type { ApprovalRound } from '../../domain/approvals/round.ts';
import type { Level } from '../../domain/messages/instruction.ts';
import { ticketStates, ticketTypes } from '../../domain/tickets/ticket.ts';
import { categories } from './categories.ts';
import { identity, instant, oneOf, reference, json } from './columns.ts';
import { employees } from './employees.ts';
import { assets, configurationItems } from './items.ts';
import { mailboxes } from './mailboxes.ts';

const level = () => smallint().$type<Level>();

export const tickets = pgTable(
  'tickets',
  {
    id: identity(),
    /** `RFC_NUMBER`: type letter, yymmdd, six digits (spec §1). */
    number: text().notNull(),
    type: text({ enum: ticketTypes }).notNull(),
    state: text({ enum: ticketStates }).notNull(),
    /** The workflow that it was started with; a later category does not change it. */
    process: text().notNull(),
    requestorId: reference()
      .notNull()
      .references(() => employees.id),
    recipientId: reference().references(() => employees.id),
    mailboxId: reference().references(() => mailboxes.id),
    /** The ticket that its mail referred to but might not act on. */
    relatedTo: text().references((): AnyPgColumn => tickets.number),
    /** Number of the ticket that it is a part of. */
    parent: text().references((): AnyPgColumn => tickets.number),
    /** The Trusted Sender, lower case, whose storm of alarms in its mailbox is counted on it. */
    stormOf: text(),
    categoryId: reference()
      .notNull()
      .references(() => categories.id),
    title: text().notNull(),
    description: text().notNull(),
    occurredAt: instant().notNull(),
    urgency: level().notNull(),
    impact: level().notNull(),
    severity: level(),
    priority: smallint().notNull(),
    assetId: reference().references(() => assets.id),
    assetText: text(),
    configurationItemId: reference().references(() => configurationItems.id),
    configurationItemText: text(),
    origin: text(),
    phone: text(),
    location: text(),
    department: text(),
    externalReference: text(),
    customFields: json().$type<Readonly<Record<string, string>>>().notNull(),
    solvedAt: instant(),
    /** When a solved ticket may be closed without a further word. */
    closeAt: instant(),
    /** When a hold ends by itself; null when it waits for RESTART. */
    holdUntil: instant(),
    /** When the hold began; null unless on hold. */
    heldSince: instant(),
    /** The support group that works on it. */
    assignedGroup: text(),
    /** What its process is at, in words of the process: for example `approval` or `implementation`. */
    phase: text(),
    /** What its approvers were asked; null: nothing yet, or it is void. */
    approvalRound: json().$type<ApprovalRound>(),
    /** When the targets began to count; null: not yet. */
    clockStartedAt: instant(),
    /** Minutes of the calendar's hours that it was on hold since then; the present hold not counted. */
    heldMinutes: integer().notNull().default(0),
    /** Targets by the category's calendar; a hold moves them. */
    respondBy: instant(),
    solveBy: instant(),
    respondedAt: instant(),
    /** Events counted on this one, itself included. */
    occurrences: integer().notNull().default(1),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    unique('tickets_number_once').on(t.number),
    index('tickets_by_category').on(t.categoryId),
    index('tickets_by_parent')
      .on(t.parent)
      .where(sql`${t.parent} is not null`),
    index('tickets_by_requestor').on(t.requestorId),
    oneOf('tickets_type_known', t.type, ticketTypes),
    oneOf('tickets_state_known', t.state, ticketStates),
    check('tickets_number_form', sql`${t.number} ~ '^[A-Z][0-9]{6}_[0-9]{6,}$' and left(${t.number}, 1) = ${t.type}`),
    check(
      'tickets_levels_known',
      sql`${t.urgency} between 1 and 3 and ${t.impact} between 1 and 3 and ${t.severity} between 1 and 3`,
    ),
    check('tickets_priority_known', sql`${t.priority} between 1 and 5`),
    check('tickets_held_since_on_hold', sql`${t.heldSince} is null or ${t.state} = 'on_hold'`),
    index('tickets_by_correlation')
      .on(t.configurationItemId, t.externalReference)
      .where(sql`${t.type} = 'E' and ${t.state} in ('registered', 'on_hold')`),
    index('tickets_by_storm')
      .on(t.mailboxId, t.stormOf)
      .where(sql`${t.stormOf} is not null and ${t.state} in ('registered', 'on_hold')`),
    check('tickets_hold_only_on_hold', sql`${t.holdUntil} is null or ${t.state} = 'on_hold'`),
    check('tickets_close_only_solved', sql`${t.closeAt} is null or ${t.state} = 'solved'`),
  ],
);

/** The last six digits given out for a type on a day of the agent's time zone. */
export const ticketCounters = pgTable(
  'ticket_counters',
  {
    type: text({ enum: ticketTypes }).notNull(),
    day: date({ mode: 'string' }).notNull(),
    last: integer().notNull(),
  },
  (t) => [
    primaryKey({ name: 'ticket_counters_once', columns: [t.type, t.day] }),
    oneOf('ticket_counters_type_known', t.type, ticketTypes),
  ],
);

export const targetNames = ['response', 'solution', 'window'] as const;
export const targetWarnings = ['near', 'missed'] as const;

/** Warnings given: each once for a due time; a target that moves is warned of anew. */
export const ticketWarnings = pgTable(
  'ticket_warnings',
  {
    ticketId: reference()
      .notNull()
      .references(() => tickets.id),
    target: text({ enum: targetNames }).notNull(),
    warning: text({ enum: targetWarnings }).notNull(),
    dueAt: instant().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ name: 'ticket_warnings_once', columns: [t.ticketId, t.target, t.warning, t.dueAt] }),
    oneOf('ticket_warnings_target_known', t.target, targetNames),
    oneOf('ticket_warnings_warning_known', t.warning, targetWarnings),
  ],
);
