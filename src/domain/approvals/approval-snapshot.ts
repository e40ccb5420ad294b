import type { ApprovalOutcome, ApprovalState } from './approval.ts';

/** Where an approval stands, as its workflow reads it: plain JSON, kept in the workflow's history. Times are ISO 8601 UTC. */
export interface ApprovalSnapshot {
  readonly state: ApprovalState;
  /** What it means for the ticket; null while it waits. */
  readonly outcome: ApprovalOutcome | null;
  /** Of the ticket. */
  readonly title: string;
  /** Names of those whose answer is waited for. */
  readonly asked: readonly string[];
  /** The ticket is on hold: the approval's clocks rest. */
  readonly onHold: boolean;
  readonly remindAt: string | null;
  readonly escalateAt: string | null;
  readonly expiresAt: string;
}
