import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';
import {
  approvalKinds,
  approvalRequestStates,
  approvalStates,
  type ApprovalStep,
} from '../../domain/approvals/approval.ts';
import { choices } from '../../domain/messages/instruction.ts';
import { actions } from './actions.ts';
import { identity, instant, json, oneOf, reference } from './columns.ts';
import { employees } from './employees.ts';
import { messages } from './messages.ts';
import { tickets } from './tickets.ts';

/** An action that waits for a CHOICE; its id is the action's. */
export const approvals = pgTable(
  'approvals',
  {
    actionId: reference()
      .primaryKey()
      .references(() => actions.id),
    ticketId: reference()
      .notNull()
      .references(() => tickets.id),
    kind: text({ enum: approvalKinds }).notNull(),
    /** What asked for it: a repetition finds the approval that it made. */
    key: text().notNull(),
    /** Place in the category's steps, from 0; 0 for a confirmation. */
    position: smallint().notNull(),
    /** The ticket's round of approvals that it belongs to; 0 for a confirmation. */
    round: integer().notNull().default(0),
    /** The step as it was when the approvers were asked. */
    step: json().$type<ApprovalStep>().notNull(),
    state: text({ enum: approvalStates }).notNull().default('waiting'),
    askedAt: instant().notNull(),
    remindAt: instant(),
    escalateAt: instant(),
    expiresAt: instant().notNull(),
    decidedAt: instant(),
  },
  (t) => [
    uniqueIndex('approvals_one_waiting')
      .on(t.ticketId)
      .where(sql`${t.state} = 'waiting'`),
    uniqueIndex('approvals_once').on(t.key),
    index('approvals_by_ticket').on(t.ticketId),
    oneOf('approvals_kind_known', t.kind, approvalKinds),
    oneOf('approvals_state_known', t.state, approvalStates),
    check('approvals_decided_at_when_decided', sql`(${t.state} = 'waiting') = (${t.decidedAt} is null)`),
  ],
);

/** One person asked for a choice. */
export const approvalRequests = pgTable(
  'approval_requests',
  {
    id: identity(),
    actionId: reference()
      .notNull()
      .references(() => approvals.actionId),
    employeeId: reference()
      .notNull()
      .references(() => employees.id),
    /** The approver whose place this person takes: by delegation or escalation; null when asked in their own right. */
    insteadOfId: reference().references(() => employees.id),
    state: text({ enum: approvalRequestStates }).notNull().default('asked'),
    /** What was said with the choice; the question with `information`. */
    comment: text().notNull().default(''),
    chosenAt: instant(),
    /** A choice that came without proof and waits to be confirmed, and when it came; null for none. */
    pendingChoice: text({ enum: choices }),
    pendingSince: instant(),
    /** The mail that brought the choice. */
    messageId: reference().references(() => messages.id),
  },
  (t) => [
    uniqueIndex('approval_requests_once').on(t.actionId, t.employeeId),
    oneOf('approval_requests_pending_choice_known', t.pendingChoice, choices),
    check('approval_requests_pending_since', sql`(${t.pendingChoice} is null) = (${t.pendingSince} is null)`),
    oneOf('approval_requests_state_known', t.state, approvalRequestStates),
  ],
);

/** One-time tokens by their SHA-256 (hex): they exist in clear text in the mail alone (spec §7). */
export const approvalTokens = pgTable(
  'approval_tokens',
  {
    hash: text().primaryKey(),
    requestId: reference()
      .notNull()
      .references(() => approvalRequests.id),
    /** Whom it was sent to, lower case; null for one from before this was kept. */
    toAddress: text(),
    createdAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [index('approval_tokens_by_request').on(t.requestId)],
);
