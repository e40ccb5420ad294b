import * as wf from '@temporalio/workflow';

import type { ApprovalActivities } from '../../activities/contract.ts';
import type { ApprovalOutcome } from '../../domain/approvals/approval.ts';
import { approval } from '../approvals/approval.ts';
import { approvalWorkflowId } from '../approvals/approval.messages.ts';
import type { TicketLife } from './ticket-life.ts';

const { openApproval } = wf.proxyActivities<ApprovalActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', nonRetryableErrorTypes: ['UnknownTicket'] },
});

/**
 * Asks the approvers of the category's steps, one step after the other, each by an approval of its own. The first one that is not
 * accepted ends it; a category without steps has all of them accepted. `withdrawn`: the ticket was solved or closed meanwhile.
 */
export async function requestApprovals(life: TicketLife): Promise<ApprovalOutcome> {
  const { number } = life;
  for (let position = 0; ; position += 1) {
    // The run's id: a ticket that is reopened after a refusal is asked for anew.
    const opened = await openApproval({ number, position, key: `${wf.workflowInfo().runId}/${String(position)}` });
    if (opened.kind === 'no_step') return 'accepted';
    if (opened.kind === 'not_open') return 'withdrawn';
    await life.enter('approval', `the approval, step ${String(position + 1)}`);
    const { outcome } = await wf.executeChild(approval, {
      workflowId: approvalWorkflowId(number, opened.actionId),
      args: [{ number, actionId: opened.actionId }],
      staticSummary: `Approval of ${number}, step ${String(position + 1)}`,
    });
    if (outcome !== 'accepted') return outcome;
  }
}
