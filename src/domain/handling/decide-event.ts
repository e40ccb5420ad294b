import { decideChange } from './decide-change.ts';
import { plannedDocuments } from './decide-fields.ts';
import { mayAct } from './decide-sender.ts';
import type { TicketFacts } from './facts.ts';
import type { Case } from './judgement.ts';
import type { Plan } from './plan.ts';

/**
 * A mail without a ticket's number that speaks of an open event, by configuration item and external reference (spec §9): another
 * occurrence is counted on it, a recovery (`SOLVE`) solves it. Null when it is not about one.
 */
export const decideEvent = (subject: Case): Plan | null => {
  const { facts, instruction } = subject;
  const event = facts.openEvent;
  if (event === null || instruction.choice !== null || !mayAct(subject, event)) return null;
  if (instruction.operation === 'SOLVE') return decideChange(subject, event, 'SOLVE');
  const creates = instruction.operation === null || instruction.operation === 'CREATE';
  const category = facts.category ?? facts.defaultCategory;
  return creates && category.ticketType === 'E' ? occurrence(subject, event) : null;
};

const occurrence = (subject: Case, event: TicketFacts): Plan => {
  const { message, instruction, body, warnings } = subject;
  const documents = plannedDocuments(subject, false);
  return {
    kind: 'change',
    disposition: 'updated',
    number: event.number,
    state: event.state,
    changes: {},
    action: { kind: 'occurrence', text: instruction.comment ?? (body.trim() || message.subject), dueAt: null },
    documents: documents.documents,
    warnings: [...warnings, ...documents.warnings],
  };
};
