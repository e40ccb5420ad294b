import type { TicketState } from '../tickets/ticket.ts';

/** Where a ticket stands, as its process reads it: plain JSON, kept in the workflow's history, which Temporal shows to everybody who reaches it: no title, no names. Times are ISO 8601 UTC. */
export interface TicketSnapshot {
  readonly state: TicketState;
  /** Path. */
  readonly category: string;
  /** What its process is at; null at the beginning. */
  readonly phase: string | null;
  /** When it may be closed without a further word; null unless solved. */
  readonly closeAt: string | null;
  /** When its hold ends by itself; null when it does not. */
  readonly holdUntil: string | null;
  /** When the next warning of a target is due; null when none is. */
  readonly warnAt: string | null;
  /** It is approved, and its category's support group does not have it. */
  readonly toAssign: boolean;
  /** Of an event: when it is made an incident; null for never, and when it was. */
  readonly escalateAt: string | null;
  /** There is nothing to approve, or each step was accepted for what is now to be done. Absent: read by an earlier release. */
  readonly approved?: boolean;
  /** Its work has begun: its group has it, and the clock of its targets runs. Absent: read by an earlier release. */
  readonly begun?: boolean;
  /** Of a change request: when it may be carried out; null for at any time. */
  readonly windowStart: string | null;
  readonly windowEnd: string | null;
}
