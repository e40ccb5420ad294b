import { boardRule, changeFields, riskOf } from './change-request.ts';
import type { TicketFields, TicketType } from '../tickets/ticket.ts';
import type { ApprovalOutcome, ApprovalStep } from './approval.ts';

/**
 * What the approvers of a ticket were asked, fixed when its process began to ask: the steps, and what they decide about. A change of
 * either makes it void (null at the ticket), and the next round asks every step anew.
 */
export interface ApprovalRound {
  /** From 1; 0: asked before rounds were counted. */
  readonly number: number;
  /** In order; none when the category had none as the work began. */
  readonly steps: readonly ApprovalStep[];
  /** Of `askedFor`; null when it was asked before fingerprints were taken. */
  readonly fingerprint: string | null;
}

/** What a round's approval of one position came to; null while it waits. */
interface RoundDecision {
  readonly position: number;
  readonly outcome: ApprovalOutcome | null;
}

/** All that the invariant of approvals is judged by. */
export interface ApprovalGround {
  /** Steps that the category asks for now, as `stepsFor` gives them. */
  readonly steps: readonly ApprovalStep[];
  /** Null: nothing was asked, or what was asked is void. */
  readonly round: ApprovalRound | null;
  /** Of what is now to be done. */
  readonly fingerprint: string;
  /** Of this round, in the order in which they were asked. */
  readonly decisions: readonly RoundDecision[];
}

/**
 * - `approved`: there is nothing to ask, or each step was accepted for what is now to be done;
 * - `asking`: the round goes on;
 * - `to_ask`: nothing was asked, or something else was: all steps are asked in a new round.
 */
export type ApprovalStanding = 'approved' | 'asking' | 'to_ask';

export const approvalStanding = ({ steps, round, fingerprint, decisions }: ApprovalGround): ApprovalStanding => {
  if (round === null) return steps.length === 0 ? 'approved' : 'to_ask';
  if (round.fingerprint !== null && round.fingerprint !== fingerprint) return 'to_ask';
  const outcomes = round.steps.map((_, position) => outcomeAt(decisions, position));
  if (outcomes.every((outcome) => outcome === 'accepted')) return 'approved';
  return outcomes.includes('withdrawn') || !sameSteps(round.steps, steps) ? 'to_ask' : 'asking';
};

/** Of the last approval that asked for the position; undefined when it was not asked for yet. */
const outcomeAt = (decisions: readonly RoundDecision[], position: number): ApprovalOutcome | null | undefined =>
  decisions.findLast((decision) => decision.position === position)?.outcome;

/** Who decides and how: hours may be set otherwise without a new question. */
export const sameSteps = (some: readonly ApprovalStep[], others: readonly ApprovalStep[]): boolean =>
  some.length === others.length &&
  some.every((step, index) => {
    const other = others[index];
    return (
      step.rule === other?.rule &&
      step.escalateTo === other.escalateTo &&
      step.onExpiry === other.onExpiry &&
      step.approvers.length === other.approvers.length &&
      step.approvers.every((approver) => other.approvers.includes(approver))
    );
  });

/** The steps of a ticket: its category's, decided as the risk of a change request asks for. */
export const stepsFor = (
  { type, customFields }: { readonly type: TicketType; readonly customFields: TicketFields['customFields'] },
  steps: readonly ApprovalStep[],
): readonly ApprovalStep[] =>
  type === 'R' ? steps.map((step) => ({ ...step, rule: boardRule(riskOf(customFields), step.rule) })) : steps;

/**
 * The invariant (spec, processes and approvals): a ticket that is not approved is in no phase but these. Any other phase is work, of
 * whatever process, so that one added later is guarded, too.
 */
export const isWorkingPhase = (phase: string | null): boolean => phase !== null && phase !== 'approval';

/** When a change is carried out is no part of what is approved: its window may move. */
const notAsked: ReadonlySet<string> = new Set([changeFields.windowStart, changeFields.windowEnd]);

/**
 * What approvers decide about, in one spelling: category, title, description, and every field of the ticket's own, since any of them
 * may hold an amount or the risk. Equal texts: the same is asked for.
 */
export const askedFor = ({
  categoryId,
  title,
  description,
  customFields,
}: Pick<TicketFields, 'categoryId' | 'title' | 'description' | 'customFields'>): string =>
  JSON.stringify([
    categoryId,
    title,
    description,
    Object.entries(customFields)
      .filter(([name]) => !notAsked.has(name))
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ]);
