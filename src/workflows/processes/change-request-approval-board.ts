import * as wf from '@temporalio/workflow';

import { workPhases } from '../../domain/processes/process.ts';
import { workWhenApproved } from './approval-steps.ts';
import { activities, isUnapproved, runTicketProcess, type TicketProcess } from './ticket-life.ts';
import type { TicketInput } from './ticket.messages.ts';
import { workUntilClosed, type WorkEnd } from './work-until-closed.ts';

const workPhase = workPhases['Change Request: Approval Board'];

/**
 * "Change Request: Approval Board" (spec §9): the board decides, every member of it where the risk is high (field `E_RISK`); the change
 * waits for its window (`E_WINDOW_START`, `E_WINDOW_END`), is implemented by the support group, and reviewed: its requestor confirms it.
 */
export async function changeRequestApprovalBoard(input: TicketInput): Promise<void> {
  await runTicketProcess(changeRequestApprovalBoard, input, (life) =>
    workWhenApproved(
      life,
      () => implement(life),
      (phase) => phase === 'window' || phase === workPhase,
    ),
  );
}

async function implement(life: TicketProcess): Promise<WorkEnd> {
  if (life.ticket().phase !== workPhase) await awaitWindow(life);
  const watch = new wf.CancellationScope();
  const end = await Promise.race([workUntilClosed(life, workPhase), watch.run(() => watchWindowEnd(life))]);
  // Closed, the workflow ends, and the watch with it; otherwise the next work has a watch of its own.
  if (end === 'unapproved') watch.cancel();
  return end;
}

/** Until the window opens, which an update may move; not for a ticket that was solved without it, or is to be approved anew. */
async function awaitWindow(life: TicketProcess): Promise<void> {
  for (;;) {
    const { windowStart } = life.ticket();
    if (windowStart === null || Date.parse(windowStart) <= Date.now() || isOver(life)) return;
    if (isUnapproved(life.ticket())) return;
    await life.enter('window', `its implementation window, from ${windowStart}`);
    await life.untilTime(
      windowStart,
      (ticket) => ticket.windowStart !== windowStart || isOver(life) || isUnapproved(ticket),
    );
  }
}

/** For ever: says so when the window ends before the change is done. */
async function watchWindowEnd(life: TicketProcess): Promise<never> {
  let warnedOf: string | null = null;
  for (;;) {
    const end: string | null = life.ticket().windowEnd;
    if (end === null || end === warnedOf) await life.until((ticket) => ticket.windowEnd !== end);
    else await life.untilTime(end, (ticket) => ticket.windowEnd !== end);
    if (end === null || end !== life.ticket().windowEnd) continue;
    if (!isOver(life)) await life.step(() => activities.warnOfWindow({ number: life.number, windowEnd: end }));
    warnedOf = end;
  }
}

const isOver = (life: TicketProcess): boolean => ['solved', 'closed'].includes(life.ticket().state);
