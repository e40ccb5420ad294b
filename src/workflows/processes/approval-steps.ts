import * as wf from '@temporalio/workflow';

import type { ApprovalActivities } from '../../activities/approvals/approval.contract.ts';
import type { ApprovalOutcome } from '../../domain/approvals/approval.ts';
import { approval } from '../approvals/approval.ts';
import { approvalWorkflowId } from '../approvals/approval.messages.ts';
import { databaseActivity } from '../shared/retry-policy.ts';
import { activities, type TicketProcess } from './ticket-life.ts';
import type { WorkEnd } from './work-until-closed.ts';

const { openApproval } = wf.proxyActivities<ApprovalActivities>(databaseActivity);

/**
 * Does the work of a process for as long as its ticket is approved. Otherwise its approvers are asked first, all of them: `accepted`
 * leads to the work, and nothing else does. `refused`: the ticket is closed. `withdrawn`: a ticket that was solved is closed; of one
 * that still waits, something else is asked now, so it is asked anew. What was approved may change during the work, which ends then.
 *
 * `work` tells how it ended. `approvedBefore`: of a ticket as earlier releases read it, which did not tell whether it is approved.
 */
export async function workWhenApproved(
  life: TicketProcess,
  work: () => Promise<WorkEnd>,
  approvedBefore: (phase: string | null) => boolean = () => true,
): Promise<void> {
  const { number } = life;
  for (;;) {
    const { approved, phase } = life.ticket();
    if (!(approved ?? approvedBefore(phase))) {
      const outcome = await requestApprovals(life);
      if (outcome === 'refused') {
        await life.step(() => activities.closeRefused({ number }));
        return;
      }
      if (outcome === 'withdrawn' && wf.patched('work-only-when-accepted-2026-11')) {
        await life.step(() => activities.closeWithdrawn({ number }));
        if (life.ticket().state === 'closed') return;
        continue;
      }
    }
    if ((await work()) === 'closed') return;
  }
}

/**
 * Asks the approvers of the ticket's steps, one step after the other, each by an approval of its own. The first one that is not
 * accepted ends it; a ticket without steps has all of them accepted. `withdrawn`: the ticket was solved or closed meanwhile, or
 * something else is asked now.
 */
async function requestApprovals(life: TicketProcess): Promise<ApprovalOutcome> {
  const { number } = life;
  for (let position = 0; ; position += 1) {
    const opened = await openApproval({ number, position });
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
