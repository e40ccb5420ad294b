import { workWhenApproved } from './approval-steps.ts';
import { runTicketProcess } from './ticket-life.ts';
import type { TicketInput } from './ticket.messages.ts';
import { workUntilClosed } from './work-until-closed.ts';

/**
 * "Service Request: Approval and Fulfilment" (spec §9): its approvers are asked, step by step; refused, it is closed; accepted, the
 * support group fulfils it.
 */
export async function serviceRequestApprovalAndFulfilment(input: TicketInput): Promise<void> {
  await runTicketProcess(serviceRequestApprovalAndFulfilment, input, (life) =>
    workWhenApproved(
      life,
      () => workUntilClosed(life, 'fulfilment'),
      (phase) => phase === 'fulfilment',
    ),
  );
}
