import type { Instruction, InstructionReading } from '../messages/instruction.ts';
import type { Message } from '../messages/message.ts';
import type { Disposition, QuarantineReason } from '../messages/disposition.ts';
import { type Answer, answerTo } from './answer.ts';
import type { RuledMail } from './apply-rules.ts';
import { decide } from './decide.ts';
import { type Facts, loopWindowMinutes, outsideLoops } from './facts.ts';
import { isEntitled } from './decide-sender.ts';
import { soleSender, ticketReference, type TicketReference } from './facts-query.ts';
import { isTrustedSender } from '../mailboxes/trusted-senders.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { quarantined, rejected } from './refusals.ts';

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
export type Case = UnreadMail | (ReadMail & { readonly facts: Facts; readonly verdict?: RuledMail['verdict'] });

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
  const decided = decide(message, instruction, facts, policy);
  const plan = mail.verdict == null || decided.kind === 'refuse' ? decided : byRule(mail.verdict, decided);
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

/** One of several mails of a mailbox whose facts were read together, before any of them was handled. */
export interface CaseInOrder {
  /** The ledger row. */
  readonly id: number;
  readonly contentKey: string | null;
  /** Lower case; null when there is no one sender. */
  readonly sender: string | null;
  /** ISO 8601 UTC. */
  readonly arrivedAt: string;
  readonly mail: Case;
}

/** What those before it in the order have changed. */
interface Changed {
  /** The first ledger row of a content. */
  readonly contents: Map<string, number>;
  /** When the mails of a sender came that were not refused. */
  readonly arrivals: Map<string, number[]>;
  redirected: number;
}

/**
 * Judges mails in their order, each as if those before it had been handled: what they change of the facts is laid over what was read.
 * It knows what refusals, redirects and new tickets change. Ends before the first plan that `mayFollow` does not take.
 */
export const judgeInOrder = <Taken extends Decision>(
  cases: readonly CaseInOrder[],
  policy: Policy,
  mayFollow: (decision: Decision) => decision is Taken,
): readonly Taken[] => {
  const changed: Changed = { contents: new Map(), arrivals: new Map(), redirected: 0 };
  const taken: Taken[] = [];
  for (const one of cases) {
    const { mail } = one;
    const decision = judge(mail.ok ? { ...mail, facts: laidOver(mail.facts, one, changed) } : mail, policy);
    if (!mayFollow(decision)) break;
    taken.push(decision);
    note(changed, one, decision.plan.disposition);
  }
  return taken;
};

const laidOver = (facts: Facts, { contentKey, sender, arrivedAt }: CaseInOrder, changed: Changed): Facts => {
  const first = contentKey === null ? undefined : changed.contents.get(contentKey);
  const at = Date.parse(arrivedAt);
  const since = at - loopWindowMinutes * 60_000;
  const arrivals = sender === null ? [] : (changed.arrivals.get(sender) ?? []);
  return {
    ...facts,
    duplicateOf: first === undefined ? facts.duplicateOf : Math.min(first, facts.duplicateOf ?? first),
    recentFromSender: facts.recentFromSender + arrivals.filter((earlier) => earlier > since && earlier <= at).length,
    strangersThisHour: facts.strangersThisHour + changed.redirected,
  };
};

const note = (changed: Changed, { id, contentKey, sender, arrivedAt }: CaseInOrder, disposition: Disposition): void => {
  if (contentKey !== null && disposition !== 'duplicate')
    changed.contents.set(contentKey, Math.min(id, changed.contents.get(contentKey) ?? id));
  if (sender !== null && !outsideLoops.some((one) => one === disposition))
    changed.arrivals.set(sender, [...(changed.arrivals.get(sender) ?? []), Date.parse(arrivedAt)]);
  if (disposition === 'redirected') changed.redirected += 1;
};

/** Spec §14: a rule ends what nothing else has refused. */
const byRule = ({ rule, end }: NonNullable<RuledMail['verdict']>, plan: Plan): Plan =>
  end === 'reject'
    ? rejected('rejected_by_rule', `The rule "${rule}" of the mailbox rejects it.`, plan)
    : quarantined('quarantined_by_rule', `The rule "${rule}" of the mailbox keeps it for somebody to look at.`, plan);
