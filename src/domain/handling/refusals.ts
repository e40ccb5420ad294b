import type { QuarantineReason, RejectionReason } from '../messages/disposition.ts';
import type { Facts, TicketFacts } from './facts.ts';
import type { Instruction } from '../messages/instruction.ts';
import type { TicketReference } from './facts-query.ts';
import type { Address, Message } from '../messages/message.ts';
import type { Diagnostic } from '../messages/diagnostic.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';

/** One message from a known From address while it is judged. */
export interface DecisionContext {
  readonly message: Message;
  readonly instruction: Instruction;
  /** The text without the lines that hold only instructions. */
  readonly body: string;
  /** The same without what it quotes of other mails: what it says about a ticket that exists. */
  readonly ownBody: string;
  readonly facts: Facts;
  readonly policy: Policy;
  /** Address in lower case. */
  readonly sender: Address;
  /** The sender is one of the mailbox's Trusted Senders; what that is worth, `rightTo` says. */
  readonly trusted: boolean;
  /** A program wrote the mail. */
  readonly program: boolean;
  readonly reference: TicketReference | null;
  /** The mail names its ticket in quoted text alone. */
  readonly isNumberQuoted: boolean;
  /** Of the reading; a plan adds its own. */
  readonly warnings: readonly Diagnostic[];
}

/** The plans that leave every ticket as it is. */
export type NoActionPlan = Extract<Plan, { readonly kind: 'refuse' | 'redirect' }>;

export const quarantined = (
  reason: QuarantineReason,
  explanation: string,
  { warnings }: { readonly warnings: readonly Diagnostic[] },
): NoActionPlan => ({ kind: 'refuse', disposition: 'quarantined', reason, explanation, warnings });

export const rejected = (
  reason: RejectionReason,
  explanation: string,
  { warnings }: { readonly warnings: readonly Diagnostic[] },
): NoActionPlan => ({ kind: 'refuse', disposition: 'rejected', reason, explanation, warnings });

/** A warning of the judgement: about a variable, but without a place, for the text is not judged here. */
export const warning = (code: string, variable: string | null, message: string): Diagnostic => ({
  code,
  message,
  line: null,
  column: null,
  variable,
});

/** For whoever wrote a number without its letter that means more than one ticket of theirs. */
export const severalTickets = (tickets: readonly Pick<TicketFacts, 'number'>[]): string =>
  `The number without its letter means ${tickets.map(({ number }) => number).join(' and ')}: write the letter, too.`;
