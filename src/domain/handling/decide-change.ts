import { titleOf } from '../tickets/description.ts';
import { ignoredVariables, isNew, namedFields, plannedDocuments } from './decide-fields.ts';
import type { TicketFacts } from './facts.ts';
import { quarantined, warning, type DecisionContext } from './refusals.ts';
import type { Diagnostic } from '../messages/diagnostic.ts';
import { resolveOperation, type TicketOperation } from '../tickets/operation.ts';
import type { Plan, PlannedAction } from './plan.ts';
import { priorityOf } from '../tickets/priority.ts';
import { parseTicketNumber } from '../tickets/ticket-number.ts';
import type { TicketFields } from '../tickets/ticket.ts';
import { recordOf, transitionOf } from '../tickets/transitions.ts';

/** An operation on a ticket that exists and on which the sender may act (spec §6). */
export const decideChange = (context: DecisionContext, ticket: TicketFacts, operation: TicketOperation): Plan => {
  const { facts, ownBody, warnings } = context;
  const transition = transitionOf(operation, ticket.state);
  if (!transition.ok)
    return quarantined(
      'operation_not_allowed',
      `${operation} is not possible: ${ticket.number} ${transition.because}. Nothing was changed.`,
      context,
    );
  const ticketType = parseTicketNumber(ticket.number)?.type;
  if (facts.category !== null && ticketType !== undefined && facts.category.ticketType !== ticketType)
    return quarantined(
      'invalid_value',
      `${facts.category.path} is a category of another type of ticket than ${ticket.number}: name one of its own type, or create a new ticket.`,
      context,
    );

  const named = namedFields(context, ticket.fields);
  const documents = plannedDocuments(context, ownBody.trim() !== '');
  return {
    kind: 'change',
    disposition: recordOf[operation].disposition,
    number: ticket.number,
    state: transition.to,
    changes: changesOf(context, ticket.fields, named.fields),
    action: actionOf(context, operation),
    documents: documents.documents,
    warnings: [
      ...warnings,
      ...unknownCategory(context),
      ...named.warnings,
      ...ignoredOn(context, operation),
      ...documents.warnings,
    ],
  };
};

/** A program's mail on a ticket: it is kept with it, and whatever it orders is not done (spec §4). */
export const fileOnly = (context: DecisionContext, ticket: TicketFacts): Plan => {
  const { message, ownBody, instruction, warnings } = context;
  const documents = plannedDocuments(context, ownBody.trim() !== '');
  const orders = instruction.choice !== null || resolveOperation(instruction, true) !== 'FILE';
  return {
    kind: 'change',
    disposition: 'filed',
    number: ticket.number,
    state: ticket.state,
    changes: {},
    action: { kind: recordOf.FILE.action, text: ownBody.trim() || message.subject, dueAt: null },
    documents: documents.documents,
    warnings: [
      ...warnings,
      ...(orders
        ? [
            warning(
              'automatic_mail_filed',
              null,
              'A program wrote the mail: it is kept with the ticket, and its instruction was not carried out.',
            ),
          ]
        : []),
      ...documents.warnings,
    ],
  };
};

export const changesCategory = ({ facts }: DecisionContext, ticket: TicketFacts): boolean =>
  isNew(facts.category?.id ?? null, ticket.fields.categoryId);

/** The fields that differ from the ticket as it is, with the priority that follows from them. */
const changesOf = (
  { instruction, message, body, facts }: DecisionContext,
  current: TicketFields,
  named: Partial<TicketFields>,
): Partial<TicketFields> => {
  const title = instruction.title === null ? null : titleOf(instruction.title, message.subject, body);
  const { description } = instruction;
  const categoryId = facts.category?.id ?? null;
  const priority = priorityOf(named.urgency ?? current.urgency, named.impact ?? current.impact);
  return {
    ...named,
    ...(isNew(title, current.title) && { title }),
    ...(isNew(description, current.description) && { description }),
    ...(isNew(categoryId, current.categoryId) && { categoryId }),
    ...((named.urgency ?? named.impact) !== undefined && isNew(priority, current.priority) && { priority }),
  };
};

/** What is written into the ticket's history; what the mail says in variables stands before what it says in words. */
const actionOf = ({ instruction, ownBody }: DecisionContext, operation: TicketOperation): PlannedAction => {
  const said = [
    operation === 'SOLVE' ? instruction.solution : operation === 'STOP' ? instruction.reason : null,
    instruction.comment,
  ].filter((text) => text !== null);
  return {
    kind: recordOf[operation].action,
    text: said.length > 0 ? said.join('\n\n') : ownBody.trim(),
    dueAt: operation === 'SOLVE' ? instruction.endDate : operation === 'STOP' ? instruction.restartDate : null,
  };
};

const unknownCategory = ({ instruction, facts }: DecisionContext): readonly Diagnostic[] =>
  instruction.category === null || facts.category !== null
    ? []
    : [
        warning(
          'unknown_category',
          'CODE_CATALOG',
          `No single category has this code, name, path or GUID: ${instruction.category}. The ticket keeps its own.`,
        ),
      ];

const ignoredOn = ({ instruction }: DecisionContext, operation: TicketOperation): readonly Diagnostic[] => [
  ...ignoredVariables(
    {
      DATE: instruction.date,
      REQUESTOR: instruction.requestor,
      RECIPIENT: instruction.recipient,
      PARENT_REQUEST: instruction.parentRequest,
    },
    'it belongs to a new ticket',
  ),
  ...(operation === 'SOLVE'
    ? []
    : ignoredVariables({ END_DATE: instruction.endDate, SOLUTION: instruction.solution }, 'it belongs to SOLVE')),
  ...(operation === 'STOP'
    ? []
    : ignoredVariables({ RESTART_DATE: instruction.restartDate, REASON: instruction.reason }, 'it belongs to STOP')),
];
