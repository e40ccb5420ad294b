import * as wf from '@temporalio/workflow';

import type { ApprovalActivities } from '../../activities/approvals/approval.contract.ts';
import type { ApprovalSnapshot } from '../../domain/approvals/approval-snapshot.ts';
import { approvalAlarm, type ApprovalAlarm } from '../../domain/processes/alarm.ts';
import {
  approvalChangedUpdate,
  type ApprovalInput,
  type ApprovalResult,
  approvalStatusQuery,
} from './approval.messages.ts';
import { databaseActivity, EVENTS_PER_RUN } from '../shared/retry-policy.ts';
import { searchAttributes } from '../shared/search-attributes.ts';

const activities = wf.proxyActivities<ApprovalActivities>(databaseActivity);

/**
 * One step of an approval (spec §9): its approvers were asked by mail; it waits for their choices, reminds them, asks somebody else in
 * their place, and expires.
 *
 * A choice is judged and recorded in the transaction that handled its mail; the approval is told, reads where it stands, and holds
 * the clocks. While the ticket is on hold they rest; their times have moved when it goes on.
 */
export async function approval(input: ApprovalInput): Promise<ApprovalResult> {
  const { number, actionId } = input;
  let changes = 0;
  let seen = 0;
  let view: ApprovalSnapshot | undefined;

  wf.setHandler(approvalStatusQuery, () => ({
    state: view?.state ?? 'waiting',
    waitingFor: view === undefined ? 'its approvers' : waitsFor(view),
  }));
  wf.setHandler(approvalChangedUpdate, async () => {
    changes += 1;
    const mine = changes;
    await wf.condition(() => seen >= mine);
    return { state: view?.state ?? 'waiting' };
  });

  const take = async (read: Promise<ApprovalSnapshot>): Promise<ApprovalSnapshot> => {
    const upTo = changes; // before the answer: a change meanwhile is not lost
    view = await read;
    seen = upTo;
    wf.setCurrentDetails(`**${number}**\n\nAction ${actionId}: ${view.state}; waits for ${waitsFor(view)}.`);
    return view;
  };

  wf.upsertSearchAttributes([{ key: searchAttributes.ticket, value: number }]);
  let now = await take(activities.readApproval({ actionId }));
  while (now.outcome === null) {
    if (wf.workflowInfo().historyLength > EVENTS_PER_RUN) {
      await wf.condition(wf.allHandlersFinished);
      await wf.continueAsNew<typeof approval>(input);
    }
    const next = approvalAlarm(now);
    if (next === null) await wf.condition(() => changes > seen);
    else if (Date.parse(next.at) > Date.now())
      await wf.condition(() => changes > seen, Date.parse(next.at) - Date.now(), { summary: summaryOf[next.kind] });
    // A change is looked at before an alarm that is due: it may have moved it.
    const told = changes > seen || next === null || Date.parse(next.at) > Date.now();
    now = await take(told ? activities.readApproval({ actionId }) : ring(next.kind, actionId));
  }
  // Those who told of the last change are waiting for an answer.
  seen = changes;
  await wf.condition(wf.allHandlersFinished);
  return { state: now.state, outcome: now.outcome };
}

function ring(kind: ApprovalAlarm['kind'], actionId: number): Promise<ApprovalSnapshot> {
  switch (kind) {
    case 'remind':
      return activities.remindApprovers({ actionId });
    case 'escalate':
      return activities.escalateApproval({ actionId });
    case 'expire':
      return activities.expireApproval({ actionId });
  }
}

const summaryOf: Readonly<Record<ApprovalAlarm['kind'], string>> = {
  remind: 'until a reminder',
  escalate: 'until somebody else is asked',
  expire: 'until it expires',
};

function waitsFor({ state, asked, expiresAt, onHold }: ApprovalSnapshot): string {
  if (state !== 'waiting') return 'nothing';
  if (onHold) return 'the end of the hold of its ticket';
  return asked.length === 0
    ? `nobody that could be asked, until ${expiresAt}`
    : `${asked.map(named).join(', ')}, until ${expiresAt}`;
}

const named = (asked: number | string): string => (typeof asked === 'number' ? `employee ${String(asked)}` : asked);
