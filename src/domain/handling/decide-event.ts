import { decideChange } from './decide-change.ts';
import { plannedDocuments } from './decide-fields.ts';
import { isEntitled, refuseUnproven, rightTo } from './decide-sender.ts';
import type { TicketFacts } from './facts.ts';
import type { DecisionContext } from './refusals.ts';
import type { Plan } from './plan.ts';

/**
 * A mail without a ticket's number that speaks of an open event, by configuration item and external reference (spec §9): another
 * occurrence is counted on it, a recovery (`SOLVE`) solves it. Null when it is not about one.
 */
export const decideEvent = (context: DecisionContext): Plan | null => {
  const { facts, instruction } = context;
  const event = facts.openEvent;
  if (event === null || instruction.choice !== null) return null;
  const recovers = instruction.operation === 'SOLVE';
  const creates = instruction.operation === null || instruction.operation === 'CREATE';
  const category = facts.category ?? facts.defaultCategory;
  if (!recovers && !(creates && category.ticketType === 'E')) return null;
  switch (rightTo(context, recovers ? 'recovery' : 'occurrence', isEntitled(context, event))) {
    case 'allowed':
      return recovers ? decideChange(context, event, 'SOLVE') : occurrence(context, event, occurrenceText(context));
    case 'to_confirm':
      return refuseUnproven(context, recovers ? `To solve ${event.number}` : `To count on ${event.number}`);
    case 'filed':
    case 'rejected':
      return null;
  }
};

/** The mail is counted on an event that is open, and nothing of it is changed. */
export const occurrence = (
  context: DecisionContext,
  event: Pick<TicketFacts, 'number' | 'state'>,
  text: string,
): Plan => {
  const { warnings } = context;
  const documents = plannedDocuments(context, false);
  return {
    kind: 'change',
    disposition: 'updated',
    number: event.number,
    state: event.state,
    changes: {},
    action: { kind: 'occurrence', text, dueAt: null },
    documents: documents.documents,
    warnings: [...warnings, ...documents.warnings],
  };
};

const occurrenceText = ({ message, instruction, body }: DecisionContext): string =>
  instruction.comment ?? (body.trim() || message.subject);
