import { describe, titleOf } from '../tickets/description.ts';
import { ignoredVariables, namedFields, plannedDocuments } from './decide-fields.ts';
import { isEntitled, personOf, rightTo } from './decide-sender.ts';
import { quarantined, rejected, severalTickets, warning, type DecisionContext, type NoActionPlan } from './refusals.ts';
import type { Plan } from './plan.ts';
import { defaultLevel, priorityOf } from '../tickets/priority.ts';

/** A new ticket (spec §6, creation). `relatedTo` is a ticket that the subject names and that stays as it is. */
export const decideCreation = (context: DecisionContext, relatedTo: string | null): Plan => {
  const { message, instruction, body, facts, policy, warnings } = context;
  const requestor = requestorOf(context);
  if (!requestor.ok) return requestor.refusal;
  const recipient = instruction.recipient === null ? null : personOf(context, instruction.recipient, facts.recipient);
  if (recipient !== null && !recipient.ok) return recipient.refusal;

  const parent = parentOf(context);
  if (!parent.ok) return parent.refusal;
  const named = namedFields(context, null);
  const documents = plannedDocuments(context, false);
  const category = facts.releasedCategory ?? facts.category ?? facts.defaultCategory;
  const urgency = instruction.urgency ?? defaultLevel;
  const impact = instruction.impact ?? defaultLevel;
  return {
    kind: 'create',
    disposition: 'created',
    category,
    fields: {
      title: titleOf(instruction.title, message.subject, body),
      description: instruction.description ?? describe(message.subject, body),
      occurredAt: occurredAt(context),
      urgency,
      impact,
      priority: priorityOf(urgency, impact),
      severity: null,
      assetId: null,
      assetText: null,
      configurationItemId: null,
      configurationItemText: null,
      origin: policy.origin,
      phone: null,
      location: null,
      department: null,
      externalReference: null,
      customFields: {},
      ...named.fields,
      categoryId: category.id,
    },
    requestor: requestor.person,
    recipient: recipient?.person ?? null,
    action: { kind: 'registration', text: instruction.comment ?? '', dueAt: null },
    documents: documents.documents,
    relatedTo,
    parent: parent.number,
    warnings: [
      ...warnings,
      ...(instruction.category !== null && facts.category === null && facts.releasedCategory === null
        ? [
            warning(
              'unknown_category',
              'CODE_CATALOG',
              `No single category has this code, name, path or GUID: ${instruction.category}. The mailbox's default is used: ${category.path}.`,
            ),
          ]
        : []),
      ...named.warnings,
      ...ignoredVariables(
        {
          END_DATE: instruction.endDate,
          SOLUTION: instruction.solution,
          RESTART_DATE: instruction.restartDate,
          REASON: instruction.reason,
        },
        'the mail makes a new ticket',
      ),
      ...documents.warnings,
    ],
  };
};

/** The sender asks, unless the mail names somebody; a trusted sender who is no employee asks for the recipient. */
const requestorOf = (context: DecisionContext): ReturnType<typeof personOf> => {
  const { instruction, facts, sender, trusted } = context;
  if (instruction.requestor !== null) return personOf(context, instruction.requestor, facts.requestor);
  if (instruction.recipient !== null && trusted && facts.sender === null)
    return personOf(context, instruction.recipient, facts.recipient);
  return personOf(context, sender.address, facts.sender);
};

/** The one ticket that PARENT_REQUEST means and to which the sender may add something. */
const parentOf = (
  context: DecisionContext,
): { readonly ok: true; readonly number: string | null } | { readonly ok: false; readonly refusal: NoActionPlan } => {
  const { facts, instruction, reference, sender } = context;
  if (instruction.parentRequest === null || reference !== null) return { ok: true, number: null };
  const [first] = facts.parents;
  const own = facts.parents.filter((parent) => rightTo(context, 'file', isEntitled(context, parent)) === 'allowed');
  const [parent, another] = own;
  if (parent !== undefined && another === undefined) return { ok: true, number: parent.number };
  const refusal =
    first === undefined
      ? quarantined(
          'unknown_ticket',
          `There is no ticket ${instruction.parentRequest}: correct @PARENT_REQUEST@, or leave it out.`,
          context,
        )
      : parent === undefined
        ? rejected('not_authorised', `${sender.address} may not add to ${instruction.parentRequest}.`, context)
        : quarantined('unknown_ticket', severalTickets(own), context);
  return { ok: false, refusal };
};

/** The date of the instruction, else of the mail unless its clock is ahead of ours, else now. */
const occurredAt = ({ instruction, message, facts }: DecisionContext): string => {
  if (instruction.date !== null) return instruction.date;
  if (message.date === null || Date.parse(message.date) > Date.parse(facts.now)) return facts.now;
  return message.date;
};
