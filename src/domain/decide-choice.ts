import { plannedDocuments } from './decide-fields.ts';
import { isApprover } from './decide-sender.ts';
import type { TicketFacts } from './facts.ts';
import type { Choice } from './instruction.ts';
import { quarantined, rejected, type Case } from './judgement.ts';
import type { Plan } from './plan.ts';

/**
 * A CHOICE on an existing ticket (spec §6, §7): only with SOLVE, only where an action waits for one, only by the approver asked.
 * The token and the sender's authentication are not judged here: they decide whether the choice that is recorded has its effect.
 */
export const decideChoice = (subject: Case, ticket: TicketFacts, choice: Choice): Plan => {
  const { instruction, facts, body, warnings } = subject;
  if (instruction.operation !== 'SOLVE')
    return quarantined(
      'operation_not_allowed',
      `@CHOICE@ answers an action only together with @OPERATION@='SOLVE': add that line, or leave @CHOICE@ out.`,
      subject,
    );
  const { waitingAction } = ticket;
  if (waitingAction === null)
    return quarantined(
      'no_waiting_action',
      instruction.actionId === null
        ? `No action of ${ticket.number} waits for a choice of this sender. Leave @CHOICE@ out to solve the ticket itself.`
        : `Action ${instruction.actionId} of ${ticket.number} waits for no choice.`,
      subject,
    );
  if (facts.sender === null || !isApprover(facts.sender, ticket))
    return rejected(
      'not_authorised',
      `${subject.sender.address} was not asked for a choice on ${ticket.number}: only the approver asked or a delegate may answer.`,
      subject,
    );
  const documents = plannedDocuments(subject, body.trim() !== '');
  return {
    kind: 'choice',
    disposition: 'choice_recorded',
    number: ticket.number,
    actionId: waitingAction.id,
    choice,
    approverId: facts.sender.id,
    token: instruction.token,
    comment: instruction.comment ?? body.trim(),
    documents: documents.documents,
    warnings: [...warnings, ...documents.warnings],
  };
};
