import type { ApprovalOutcome, ApprovalState } from './approval.ts';

/** Where an approval stands, as its workflow reads it: plain JSON, kept in the workflow's history, which Temporal shows to everybody who reaches it: no title, no names. Times are ISO 8601 UTC. */
export interface ApprovalSnapshot {
  readonly state: ApprovalState;
  /** What it means for the ticket; null while it waits. */
  readonly outcome: ApprovalOutcome | null;
  /** IDs of the employees whose answer is waited for. Read by an earlier release: their names. */
  readonly asked: readonly (number | string)[];
  /** The ticket is on hold: the approval's clocks rest. */
  readonly onHold: boolean;
  readonly remindAt: string | null;
  readonly escalateAt: string | null;
  readonly expiresAt: string;
}
