import { workPhases } from '../../domain/processes/process.ts';
import { workWhenApproved } from './approval-steps.ts';
import { runTicketProcess } from './ticket-life.ts';
import type { TicketInput } from './ticket.messages.ts';
import { workUntilClosed } from './work-until-closed.ts';

const workPhase = workPhases['Service Request: Approval and Fulfilment'];

/**
 * "Service Request: Approval and Fulfilment" (spec §9): its approvers are asked, step by step; refused, it is closed; accepted, the
 * support group fulfils it.
 */
export async function serviceRequestApprovalAndFulfilment(input: TicketInput): Promise<void> {
  await runTicketProcess(serviceRequestApprovalAndFulfilment, input, (life) =>
    workWhenApproved(
      life,
      () => workUntilClosed(life, workPhase),
      (phase) => phase === workPhase,
    ),
  );
}
