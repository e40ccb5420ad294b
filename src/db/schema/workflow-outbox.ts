import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { identity, instant, oneOf, json } from './columns.ts';

export const workflowOutboxKinds = ['start_ticket', 'ticket_changed', 'approval_changed'] as const;

/** What workflows are to be told: ids and short words only, for their history keeps it. */
export type WorkflowOutboxPayload = Readonly<Record<string, string | number | boolean | null>>;

/** Written with the effects, dispatched afterwards at least once, in order for each ticket. */
export const workflowOutbox = pgTable(
  'workflow_outbox',
  {
    id: identity(),
    kind: text({ enum: workflowOutboxKinds }).notNull(),
    ticketNumber: text().notNull(),
    payload: json().$type<WorkflowOutboxPayload>().notNull(),
    createdAt: instant().notNull(),
    dispatchedAt: instant(),
    attempts: integer().notNull().default(0),
    nextAttemptAt: instant(),
    lastError: text(),
  },
  (t) => [
    index('workflow_outbox_undispatched')
      .on(t.id)
      .where(sql`${t.dispatchedAt} is null`),
    index('workflow_outbox_by_ticket')
      .on(t.ticketNumber, t.id)
      .where(sql`${t.dispatchedAt} is null`),
    oneOf('workflow_outbox_kind_known', t.kind, workflowOutboxKinds),
  ],
);
