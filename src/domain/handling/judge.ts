import type { InstructionReading } from '../messages/instruction.ts';
import type { Message } from '../messages/message.ts';
import type { QuarantineReason } from '../messages/disposition.ts';
import { type Answer, answerTo } from './answer.ts';
import { decide } from './decide.ts';
import type { Facts } from './facts.ts';
import { soleSender, ticketReference } from './facts-query.ts';
import { withNamesake } from './namesakes.ts';
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
