import { asksToConfirm } from './answer.ts';
import { requestFor } from '../approvals/who-decides.ts';
import type { Employee, TicketFacts } from './facts.ts';
import { quarantined, rejected, type DecisionContext, type NoActionPlan } from './refusals.ts';
import { rightOf, type Request, type Right } from './sender-rights.ts';
import type { Message } from '../messages/message.ts';
import type { Diagnostic } from '../messages/diagnostic.ts';
import type { PersonRef, Plan } from './plan.ts';

/** Spec §7: the sender is the From address. Nobody, several, what is no plain address and the mailbox itself are not a sender. */
export const refuseFrom = (message: Message, warnings: readonly Diagnostic[]): NoActionPlan => {
  if (message.from.length > 1)
    return quarantined(
      'several_senders',
      `The mail has ${message.from.length} From addresses; a sender is exactly one.`,
      {
        warnings,
      },
    );
  return quarantined(
    'no_sender',
    message.from.length === 1
      ? "The mail came by way of a list or a group that put this mailbox's own address into From: nobody is its sender. Set the list so that it keeps the sender."
      : 'The mail has no From field with a plain mail address: nobody is its sender.',
    { warnings },
  );
};

/**
 * Spec §7: a From line that is proved false does nothing. A choice with a token goes on: it may be confirmed.
 */
export const refuseForged = (context: DecisionContext): NoActionPlan | null => {
  const { facts, instruction } = context;
  return facts.senderAuthentication !== 'fail' || (instruction.choice !== null && instruction.token !== null)
    ? null
    : notAuthentic(context);
};

export const notAuthentic = (context: DecisionContext): NoActionPlan =>
  rejected(
    'sender_not_authentic',
    `The mail says that it comes from ${context.sender.address}, and its authentication failed: it is forged, or its domain's mail is not set up well. Nothing was changed.`,
    context,
  );

/** Spec §7: what the sender may ask for; `entitled`: in their own right, and not only as a Trusted Sender. */
export const rightTo = (context: DecisionContext, request: Request, entitled: boolean): Right => {
  const { facts, policy, program, trusted } = context;
  const right = rightOf(
    request,
    [
      ...(entitled ? [program ? ('program' as const) : ('person' as const)] : []),
      ...(trusted ? [program ? ('trusted_program' as const) : ('trusted' as const)] : []),
    ],
    facts.senderAuthentication,
  );
  const isChoice = request === 'choice' || request === 'choice_with_token';
  return right === 'to_confirm' && !isChoice && (facts.vouched || policy.unprovenOperation === 'accept')
    ? 'allowed'
    : right;
};

/** Whether the sender has a Trusted Sender's rights, proved where that is asked for. */
export const speaksAsTrusted = (context: DecisionContext): boolean =>
  context.trusted && rightTo(context, 'occurrence', false) === 'allowed';

/** What needs a proved sender, from one who was not proved. */
export const refuseUnproven = (context: DecisionContext, asked: string): NoActionPlan =>
  quarantined(
    'sender_unproven',
    `${asked} needs a proof that the mail comes from ${context.sender.address}, and there is none. ${asksToConfirm(context.message, context.facts, context.policy) ? 'The sender is asked by mail to confirm it; you can release it, too, if you know that it does.' : 'Release it if it does.'} Nothing was changed.`,
    context,
  );

/**
 * Spec §4: more than N mails from one sender in ten minutes. A mail with a token that is alive was asked for, and is none; a Trusted Sender's
 * are a storm (decide-storm.ts).
 */
export const refuseLoop = (context: DecisionContext): NoActionPlan | null => {
  const { loopLimit } = context.policy;
  if (context.facts.token?.used === false || context.facts.confirmation?.isAlive === true) return null;
  if (speaksAsTrusted(context)) return null;
  const mails = context.facts.recentFromSender + 1;
  return loopLimit > 0 && mails > loopLimit
    ? quarantined(
        'mail_loop',
        `${mails} mails from ${context.sender.address} within ten minutes, and ${loopLimit} are allowed: release this one if it is no loop.`,
        context,
      )
    : null;
};

/**
 * Spec §7: an unknown sender is created, else redirected, else rejected. A Trusted Sender need not be known, for a
 * monitoring system is no employee: where it speaks for nobody else, a person is made of its address.
 */
export const refuseUnknownSender = (context: DecisionContext): NoActionPlan | null => {
  const { facts, instruction, policy, sender, trusted } = context;
  if (facts.sender !== null || policy.createUnknownRequestors) return null;
  const speaksForOthers =
    instruction.requestor !== null || instruction.recipient !== null || (facts.ticket ?? facts.openEvent) !== null;
  if (!trusted) return refuseUnknown(context, sender.address);
  const right = speaksForOthers ? 'allowed' : rightTo(context, 'create', false);
  if (right === 'to_confirm') return refuseUnproven(context, 'To make a ticket as a Trusted Sender');
  return right === 'allowed' ? null : refuseUnknown(context, sender.address);
};

/** Spec §7: strangers are made, or their mails redirected, so many times an hour over all; whoever forges senders forges many. */
export const withinStrangers = (context: DecisionContext, plan: Plan): Plan => {
  const { strangersPerHour } = context.policy;
  const isStrangers =
    plan.kind === 'redirect' ||
    (plan.kind === 'create' && [plan.requestor, plan.recipient].some((person) => isStranger(context, person)));
  return isStrangers && strangersPerHour > 0 && context.facts.strangersThisHour >= strangersPerHour
    ? quarantined(
        'too_many_strangers',
        `${strangersPerHour} unknown senders were created or redirected within an hour, and no more are allowed: release this one if it is no junk.`,
        context,
      )
    : plan;
};

/** Somebody to be made who is no Trusted Sender. */
const isStranger = ({ sender, trusted }: DecisionContext, person: PersonRef | null): boolean =>
  person !== null && 'address' in person && !(trusted && person.address === sender.address);

/** Spec §7: requestor or recipient named in the mail and different from the sender, over aliases. */
export const refuseMismatch = (context: DecisionContext): NoActionPlan | null => {
  const { instruction, sender } = context;
  const strangers = [
    { role: 'requestor', address: instruction.requestor, known: context.facts.requestor },
    { role: 'recipient', address: instruction.recipient, known: context.facts.recipient },
  ].filter(({ address, known }) => address !== null && !isSender(context, address, known));
  const named = strangers.map(({ role, address }) => `the ${role} ${address ?? ''}`).join(' and ');
  if (named === '') return null;
  const right = rightTo(context, 'create', false);
  if (right === 'allowed') return null;
  return right === 'to_confirm'
    ? refuseUnproven(context, `To speak for ${named}`)
    : rejected(
        'sender_mismatch',
        `The mail comes from ${sender.address} but names ${named}: only a Trusted Sender of the mailbox may speak for others.`,
        context,
      );
};

/** Spec §7: requestor, recipient, the support group's people, or the approver of the action: in their own right. */
export const isEntitled = (
  { facts: { sender }, instruction }: Pick<DecisionContext, 'facts' | 'instruction'>,
  ticket: TicketFacts,
): boolean => {
  if (sender === null) return false;
  return (
    sender.id === ticket.requestorId ||
    sender.id === ticket.recipientId ||
    (ticket.supportGroup !== null && sender.supportGroups.includes(ticket.supportGroup)) ||
    // After the decision a choice is still answered in words, and nothing else is the approver's to do.
    ((ticket.approval?.state === 'waiting' || instruction.choice !== null) && isApprover(sender, ticket))
  );
};

/** Spec §7: a CHOICE is the approver's who was asked, or a named delegate's; being trusted does not help. */
export const isApprover = (sender: Employee, ticket: TicketFacts): boolean =>
  ticket.approval !== null && requestFor(ticket.approval, sender.id, ticket) !== null;

/** The person with this address or number: known, or one to be created, or the refusal of an unknown one. */
export const personOf = (
  context: DecisionContext,
  address: string,
  known: Employee | null,
): { readonly ok: true; readonly person: PersonRef } | { readonly ok: false; readonly refusal: NoActionPlan } => {
  const { facts, policy, sender } = context;
  const itself = isSender(context, address, known);
  const employee = itself ? (facts.sender ?? known) : known;
  if (employee !== null) return { ok: true, person: { id: employee.id } };
  if (!address.includes('@'))
    return {
      ok: false,
      refusal: quarantined('invalid_value', `No employee has the number ${address}: write a mail address.`, context),
    };
  if (!policy.createUnknownRequestors && !(context.trusted && itself))
    return { ok: false, refusal: refuseUnknown(context, address) };
  return { ok: true, person: { address, name: (itself ? displayName(sender.name) : '') || address } };
};

/** By one of their addresses, or by the number of the employee that they are (`known`). */
const isSender = ({ facts, sender }: DecisionContext, address: string, known: Employee | null): boolean =>
  address.toLowerCase() === sender.address ||
  (facts.sender?.addresses.includes(address.toLowerCase()) ?? false) ||
  (known !== null && known.id === facts.sender?.id);

const refuseUnknown = (context: DecisionContext, address: string): NoActionPlan => {
  const { policy, sender, warnings } = context;
  const to = policy.redirectUnknownEmailsTo;
  if (to !== null && address === sender.address) return { kind: 'redirect', disposition: 'redirected', to, warnings };
  return rejected(
    'unknown_sender',
    `Nobody is known by ${address}: add the address to an employee, or switch on Create Unknown Requestors for the mailbox.`,
    context,
  );
};

const displayName = (name: string): string =>
  name
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200);
