import { plannedDocuments } from './decide-fields.ts';
import { speaksAsTrusted } from './decide-sender.ts';
import { occurrence } from './decide-event.ts';
import type { DecisionContext } from './refusals.ts';
import type { Plan } from './plan.ts';

/**
 * Spec §4: a Trusted Sender has no loop but a storm. Above the limit, what would be a new ticket is counted on one event of the sender's,
 * made by the first such mail; so is, while that is open, the end of an alarm that has no event of its own. Each mail is kept there. What
 * is about a ticket that exists does its work as ever.
 */
export const withinStorm = (context: DecisionContext, plan: Plan): Plan => {
  const { facts, policy } = context;
  const mails = facts.recentFromSender + 1;
  if (policy.stormLimit === 0 || !speaksAsTrusted(context)) return plan;
  if (
    facts.storm !== null &&
    (endsUnknownAlarm(context, plan) || (plan.kind === 'create' && mails > policy.stormLimit))
  )
    return occurrence(context, facts.storm, keptText(context));
  return plan.kind === 'create' && mails > policy.stormLimit ? stormOf(context, plan) : plan;
};

const endsUnknownAlarm = ({ instruction, reference }: DecisionContext, plan: Plan): boolean =>
  plan.kind === 'refuse' &&
  plan.reason === 'unknown_ticket' &&
  reference === null &&
  instruction.operation === 'SOLVE' &&
  instruction.choice === null;

const stormOf = (context: DecisionContext, plan: Extract<Plan, { kind: 'create' }>): Plan => {
  const { facts, policy, sender } = context;
  const category = plan.category.ticketType === 'E' ? plan.category : (facts.eventCategory ?? plan.category);
  return {
    ...plan,
    category,
    stormOf: sender.address,
    fields: {
      ...plan.fields,
      categoryId: category.id,
      title: `Storm of ${sender.address}`,
      description: `More than ${policy.stormLimit} mails of ${sender.address} came within ten minutes. What would make further tickets is counted here, each mail with its text and its attachments, until this one is solved.`,
      // It is about none of these: an alarm that is must not find it by them, and the end of one must not solve it.
      externalReference: null,
      assetId: null,
      assetText: null,
      configurationItemId: null,
      configurationItemText: null,
      customFields: {},
    },
    action: { kind: 'registration', text: keptText(context), dueAt: null },
    documents: plannedDocuments(context, false).documents,
    relatedTo: null,
  };
};

const keptText = ({ message, body }: DecisionContext): string => [message.subject, body.trim()].join('\n\n').trim();
