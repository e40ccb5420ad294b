import { requestFor } from '../approvals/who-decides.ts';
import type { Employee, TicketFacts } from './facts.ts';
import { quarantined, rejected, type Case, type Refusal } from './judgement.ts';
import { rightOf, type Request, type Right } from './sender-rights.ts';
import type { Message } from '../messages/message.ts';
import type { Notice } from '../messages/notice.ts';
import type { PersonRef, Plan } from './plan.ts';

/** Spec §7: the sender is the From address. Nobody, several, and what is no plain address are not a sender. */
export const refuseFrom = (message: Message, warnings: readonly Notice[]): Refusal =>
  message.from.length > 1
    ? quarantined('several_senders', `The mail has ${message.from.length} From addresses; a sender is exactly one.`, {
        warnings,
      })
    : quarantined('no_sender', 'The mail has no From field with a plain mail address: nobody is its sender.', {
        warnings,
      });

/**
 * Spec §7: a From line that is proved false does nothing. A choice with a token goes on: it may be confirmed.
 */
export const refuseForged = (subject: Case): Refusal | null => {
  const { facts, instruction } = subject;
  return facts.senderAuthentication !== 'fail' || (instruction.choice !== null && instruction.token !== null)
    ? null
    : notAuthentic(subject);
};

export const notAuthentic = (subject: Case): Refusal =>
  rejected(
    'sender_not_authentic',
    `The mail says that it comes from ${subject.sender.address}, and its authentication failed: it is forged, or its domain's mail is not set up well. Nothing was changed.`,
    subject,
  );

/** Spec §7: what the sender may ask for; `entitled`: in their own right, and not only as a Trusted Sender. */
export const rightTo = (subject: Case, request: Request, entitled: boolean): Right => {
  const { facts, policy, program, trusted } = subject;
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

/** What needs a proved sender, from one who was not proved. */
export const refuseUnproven = (subject: Case, asked: string): Refusal =>
  quarantined(
    'sender_unproven',
    `${asked} needs a proof that the mail comes from ${subject.sender.address}, and there is none. Release it if it does. Nothing was changed.`,
    subject,
  );

/** Spec §4: more than N mails from one sender in ten minutes. A mail with a token that is alive was asked for, and is none. */
export const refuseLoop = (subject: Case): Refusal | null => {
  const { loopLimit } = subject.policy;
  if (subject.facts.token?.used === false) return null;
  const mails = subject.facts.recentFromSender + 1;
  return loopLimit > 0 && mails > loopLimit
    ? quarantined(
        'mail_loop',
        `${mails} mails from ${subject.sender.address} within ten minutes, and ${loopLimit} are allowed: release this one if it is no loop.`,
        subject,
      )
    : null;
};

/**
 * Spec §7: an unknown sender is created, else redirected, else rejected. A trusted one need not be known where it speaks for
 * somebody else or about a ticket that exists: a monitoring system is no employee.
 */
export const refuseUnknownSender = (subject: Case): Refusal | null => {
  const { facts, instruction, policy, sender, trusted } = subject;
  if (facts.sender !== null || policy.createUnknownRequestors) return null;
  const speaksForOthers =
    instruction.requestor !== null || instruction.recipient !== null || (facts.ticket ?? facts.openEvent) !== null;
  return trusted && speaksForOthers ? null : refuseUnknown(subject, sender.address);
};

/** Spec §7: strangers are made, or their mails redirected, so many times an hour over all; whoever forges senders forges many. */
export const withinStrangers = (subject: Case, plan: Plan): Plan => {
  const { strangersPerHour } = subject.policy;
  const isStrangers =
    plan.kind === 'redirect' ||
    (plan.kind === 'create' &&
      ('address' in plan.requestor || (plan.recipient !== null && 'address' in plan.recipient)));
  return isStrangers && strangersPerHour > 0 && subject.facts.strangersThisHour >= strangersPerHour
    ? quarantined(
        'too_many_strangers',
        `${strangersPerHour} unknown senders were created or redirected within an hour, and no more are allowed: release this one if it is no junk.`,
        subject,
      )
    : plan;
};

/** Spec §7: requestor or recipient named in the mail and different from the sender, over aliases. */
export const refuseMismatch = (subject: Case): Refusal | null => {
  const { instruction, sender } = subject;
  const strangers = [
    { role: 'requestor', address: instruction.requestor },
    { role: 'recipient', address: instruction.recipient },
  ].filter(({ address }) => address !== null && !isSender(subject, address));
  const named = strangers.map(({ role, address }) => `the ${role} ${address ?? ''}`).join(' and ');
  if (named === '') return null;
  const right = rightTo(subject, 'create', false);
  if (right === 'allowed') return null;
  return right === 'to_confirm'
    ? refuseUnproven(subject, `To speak for ${named}`)
    : rejected(
        'sender_mismatch',
        `The mail comes from ${sender.address} but names ${named}: only a Trusted Sender of the mailbox may speak for others.`,
        subject,
      );
};

/** Spec §7: requestor, recipient, the support group's people, or the approver of the action: in their own right. */
export const isEntitled = ({ facts: { sender }, instruction }: Case, ticket: TicketFacts): boolean => {
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

/** The person with this address: known, or one to be created, or the refusal of an unknown one. */
export const personOf = (
  subject: Case,
  address: string,
  known: Employee | null,
): { readonly ok: true; readonly person: PersonRef } | { readonly ok: false; readonly refusal: Refusal } => {
  const { facts, policy, sender } = subject;
  const itself = isSender(subject, address);
  const employee = itself ? (facts.sender ?? known) : known;
  if (employee !== null) return { ok: true, person: { id: employee.id } };
  if (!policy.createUnknownRequestors) return { ok: false, refusal: refuseUnknown(subject, address) };
  return { ok: true, person: { address, name: (itself ? displayName(sender.name) : '') || address } };
};

const isSender = ({ facts, sender }: Case, address: string | null): boolean =>
  address !== null &&
  (address.toLowerCase() === sender.address || (facts.sender?.addresses.includes(address.toLowerCase()) ?? false));

const refuseUnknown = (subject: Case, address: string): Refusal => {
  const { policy, sender, warnings } = subject;
  const to = policy.redirectUnknownEmailsTo;
  if (to !== null && address === sender.address) return { kind: 'redirect', disposition: 'redirected', to, warnings };
  return rejected(
    'unknown_sender',
    `Nobody is known by ${address}: add the address to an employee, or switch on Create Unknown Requestors for the mailbox.`,
    subject,
  );
};

const displayName = (name: string): string =>
  name
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200);
