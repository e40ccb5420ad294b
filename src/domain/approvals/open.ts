import { isOver, type TicketState } from '../tickets/ticket.ts';
import type { ApprovalStep } from './approval.ts';
import type { ApprovalRound, ApprovalStanding } from './round.ts';
import { eligibleApprovers } from './who-decides.ts';

/** What decides whether a step of a ticket is to be asked. */
export interface OpenFacts {
  readonly ticket: {
    readonly state: TicketState;
    readonly requestorId: number;
    readonly recipientId: number | null;
  };
  /** The round that goes on; null: nothing was asked, or what was asked is void. */
  readonly round: ApprovalRound | null;
  readonly standing: ApprovalStanding;
  /** What a new round would ask. */
  readonly nextRound: ApprovalRound;
  /** From 0. */
  readonly position: number;
  /** The approval that was opened for this position of the round last; null for none. */
  readonly earlierActionId: number | null;
  /** Employee ids of the support group's people. */
  readonly supportGroup: readonly number[];
}

export interface OpenPlan {
  /** Takes the place of the round that there is; null: that one goes on. */
  readonly newRound: ApprovalRound | null;
  readonly next:
    /** The ticket is solved or closed, or what was asked before this step is void. */
    | { readonly kind: 'not_open' }
    /** The round has no step at this position. */
    | { readonly kind: 'no_step' }
    | { readonly kind: 'opened'; readonly actionId: number }
    /** `step` with those who are asked indeed: nobody where nobody may decide. */
    | { readonly kind: 'ask'; readonly round: number; readonly step: ApprovalStep };
}

/** What becomes of the wish to ask one step of a ticket. A new round begins at its first step alone. */
export const planApproval = (facts: OpenFacts): OpenPlan => {
  const { ticket, standing, nextRound, position, earlierActionId, supportGroup } = facts;
  if (isOver(ticket.state)) return { newRound: null, next: { kind: 'not_open' } };
  const isAnew = facts.round === null || standing === 'to_ask';
  if (isAnew && position > 0) return { newRound: null, next: { kind: 'not_open' } };
  const newRound = isAnew ? nextRound : null;
  const round = newRound ?? facts.round ?? nextRound;
  const step = round.steps[position];
  if (step === undefined) return { newRound, next: { kind: 'no_step' } };
  if (!isAnew && earlierActionId !== null) return { newRound, next: { kind: 'opened', actionId: earlierActionId } };
  const approvers = eligibleApprovers(step, ticket, supportGroup);
  return { newRound, next: { kind: 'ask', round: round.number, step: { ...step, approvers } } };
};
