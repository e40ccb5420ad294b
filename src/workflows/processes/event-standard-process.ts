import { workPhases } from '../../domain/processes/process.ts';
import { workWhenApproved } from './approval-steps.ts';
import { runTicketProcess } from './ticket-life.ts';
import type { TicketInput } from './ticket.messages.ts';
import { workUntilClosed } from './work-until-closed.ts';

const workPhase = workPhases['Event: Standard Process'];

/**
 * "Event: Standard Process" (spec §9): watched by its support group; further mails about it are counted on it, a recovery solves it,
 * and after a count or a time it is made an incident, which goes its own way.
 */
export async function eventStandardProcess(input: TicketInput): Promise<void> {
  await runTicketProcess(eventStandardProcess, input, (life) =>
    workWhenApproved(life, () => workUntilClosed(life, workPhase)),
  );
}
