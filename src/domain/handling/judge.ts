import type { Instruction, InstructionReading } from '../messages/instruction.ts';
import type { Message } from '../messages/message.ts';
import type { QuarantineReason } from '../messages/disposition.ts';
import { type Answer, answerTo } from './answer.ts';
import { decide } from './decide.ts';
import type { Facts } from './facts.ts';
import { isEntitled } from './decide-sender.ts';
import { soleSender, ticketReference, type TicketReference } from './facts-query.ts';
import { isTrustedSender } from './trusted.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { quarantined } from './refusals.ts';

/** A mail that is not looked into: it could not be understood, is larger than its mailbox takes, or handling it failed too often. */
export interface UnreadMail {
  readonly ok: false;
  readonly reason: Extract<QuarantineReason, 'too_large' | 'unreadable' | 'failing'>;
  /** A sentence for the administrator. */
  readonly explanation: string;
}

/** A mail and what its own text orders. */
export interface ReadMail {
  readonly ok: true;
  readonly message: Message;
  readonly instruction: InstructionReading;
}

/** All that is known when a mail is judged: what was understood of it, and the facts where any were needed. */
export type Case = UnreadMail | (ReadMail & { readonly facts: Facts });

export interface Decision {
  readonly plan: Plan;
  /** What the sender is told; null for nothing. */
  readonly answer: Answer | null;
  /** Number of the ticket that the mail names, whatever becomes of it; null for none that exists. */
  readonly about: string | null;
}

/** The fate of one mail, whoever asks: the agent, or a dry run on assumed facts. Pure and total. */
export const judge = (mail: Case, policy: Policy): Decision => {
  if (!mail.ok)
    return { plan: quarantined(mail.reason, mail.explanation, { warnings: [] }), answer: null, about: null };
  const { message, instruction } = mail;
  const sender = soleSender(message)?.address.toLowerCase() ?? '';
  const facts = withNamesake(mail.facts, ticketReference(message, instruction.instruction), {
    instruction: instruction.instruction,
    trusted: isTrustedSender(sender, policy.trustedSenders),
  });
  const plan = decide(message, instruction, facts, policy);
  return {
    plan,
    answer: answerTo(message, instruction, { plan, facts, policy }),
    about: (facts.ticket ?? facts.openEvent)?.number ?? null,
  };
};

/**
 * Spec §6: a number without its letter is the one ticket of that day and count on which the sender may act. With none or several of
 * them there is no ticket, and `namesakes` holds the several.
 */
const withNamesake = (
  facts: Facts,
  reference: TicketReference | null,
  { instruction, trusted }: { readonly instruction: Instruction; readonly trusted: boolean },
): Facts => {
  if (reference === null || facts.namesakes.length === 0) return facts;
  const own = facts.namesakes.filter((ticket) => trusted || isEntitled({ facts, instruction }, ticket));
  const [ticket, another] = own;
  return ticket !== undefined && another === undefined
    ? { ...facts, ticket: { ...ticket, by: reference.by }, namesakes: [] }
    : { ...facts, namesakes: own };
};
