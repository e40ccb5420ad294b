import { workPhases } from '../../domain/processes/process.ts';
import { workWhenApproved } from './approval-steps.ts';
import { runTicketProcess } from './ticket-life.ts';
import type { TicketInput } from './ticket.messages.ts';
import { workUntilClosed } from './work-until-closed.ts';

const workPhase = workPhases['Incident: Standard Process'];

/** "Incident: Standard Process" (spec §9): assigned to its support group, worked on, solved, confirmed or closed after a time. */
export async function incidentStandardProcess(input: TicketInput): Promise<void> {
  await runTicketProcess(incidentStandardProcess, input, (life) =>
    workWhenApproved(life, () => workUntilClosed(life, workPhase)),
  );
}
