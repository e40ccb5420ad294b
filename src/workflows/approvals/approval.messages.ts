import { defineQuery, defineUpdate } from '@temporalio/workflow';

import type { ApprovalOutcome, ApprovalState } from '../../domain/approvals/approval.ts';

export interface ApprovalInput {
  /** The ticket's. */
  readonly number: string;
  /** The action that waits for the choice. */
  readonly actionId: number;
}

export interface ApprovalResult {
  readonly state: ApprovalState;
  /** What it means for the ticket. */
  readonly outcome: ApprovalOutcome;
}

export const approvalWorkflowId = (number: string, actionId: number): string => `approval/${number}/${actionId}`;

/**
 * A choice was recorded, or its times were moved: the approval reads itself from the database and answers with the state that it
 * saw. Sent with the workflow outbox's row as update id, so that a repeated delivery is dropped.
 */
export const approvalChangedUpdate = defineUpdate<{ readonly state: ApprovalState }>('approvalChanged');

export const approvalStatusQuery = defineQuery<{ readonly state: ApprovalState; readonly waitingFor: string }>(
  'status',
);
