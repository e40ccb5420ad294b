import { requestApprovals } from './approval-steps.ts';
import { activities, liveTicket } from './ticket-life.ts';
import type { TicketInput } from './ticket.messages.ts';
import { workUntilClosed } from './work-until-closed.ts';

/**
 * "Service Request: Approval and Fulfilment" (spec §9): its approvers are asked, step by step; refused, it is closed; accepted, the
 * support group fulfils it.
 */
export async function serviceRequestApprovalAndFulfilment(input: TicketInput): Promise<void> {
  await liveTicket(serviceRequestApprovalAndFulfilment, input, async (life) => {
    const { number } = life;
    // Approved before this run: the phase says so.
    if (life.ticket().phase !== 'fulfilment' && (await requestApprovals(life)) === 'refused') {
      await life.step(() => activities.closeRefused({ number }));
      return;
    }
    await workUntilClosed(life, 'fulfilment');
  });
}
