import { tally, type ApprovalFacts, type ApprovalRequestFacts } from '../approvals/approval.ts';
import { requestFor } from '../approvals/who-decides.ts';
import { notAuthentic, rightTo } from './decide-sender.ts';
import { plannedDocuments } from './decide-fields.ts';
import type { TicketFacts } from './facts.ts';
import type { Choice } from '../messages/instruction.ts';
import { quarantined, rejected, type DecisionContext, type NoActionPlan } from './refusals.ts';
import type { ChoiceOutcome, Plan } from './plan.ts';

/**
 * A CHOICE on an existing ticket (spec §6, §7, §9), first hit wins: only with SOLVE, only on an action that asks for one, only by the
 * person asked or a delegate, only before the decision, only once, and only with proof: a token, or a sender that was authenticated.
 * Without proof the setting says what it comes to; by default the approver is asked to confirm it, and it has no effect yet.
 */
export const decideChoice = (context: DecisionContext, ticket: TicketFacts, choice: Choice): Plan => {
  const { instruction, facts, sender } = context;
  if (instruction.operation !== 'SOLVE')
    return quarantined(
      'operation_not_allowed',
      `@CHOICE@ answers an action only together with @OPERATION@='SOLVE': add that line, or leave @CHOICE@ out.`,
      context,
    );
  const { approval } = ticket;
  if (approval === null)
    return quarantined(
      'no_waiting_action',
      instruction.actionId === null
        ? `No action of ${ticket.number} waits for a choice of this sender. Leave @CHOICE@ out to solve the ticket itself.`
        : `Action ${instruction.actionId} of ${ticket.number} waits for no choice.`,
      context,
    );
  const request = facts.sender === null ? null : requestFor(approval, facts.sender.id, ticket);
  if (facts.sender === null || request === null)
    return rejected(
      'not_authorised',
      `${sender.address} was not asked for a choice on ${ticket.number}: only the approver asked or a delegate may answer, and nobody for themselves. Nothing was changed.`,
      context,
    );
  const refusal =
    refuseLate(context, ticket, approval) ??
    refuseSecond(context, ticket, request, choice) ??
    refuseToken(context, approval, request);
  if (refusal !== null) return refusal;
  return recorded(context, ticket, { approval, request, choice, choiceBy: facts.sender.id });
};

const refuseLate = (
  context: DecisionContext,
  { number }: TicketFacts,
  { state, decision }: ApprovalFacts,
): NoActionPlan | null =>
  state === 'waiting'
    ? null
    : rejected(
        'already_decided',
        `The choice on ${number} comes too late: it is ${state} already${decisionWords(decision)}. Nothing was changed.`,
        context,
      );

/** Who decided, and when. */
const decisionWords = (decision: ApprovalFacts['decision']): string => {
  if (decision === null) return '';
  const at = `${decision.at.slice(0, 10)} ${decision.at.slice(11, 16)} UTC`;
  return decision.by === null ? `, since ${at}` : `, by ${decision.by}, ${at}`;
};

const refuseSecond = (
  context: DecisionContext,
  { number }: TicketFacts,
  { state }: ApprovalRequestFacts,
  choice: Choice,
): NoActionPlan | null =>
  state === 'asked' || (state === 'information' && choice !== '2')
    ? null
    : rejected(
        'already_chosen',
        state === 'information'
          ? `The question about ${number} is with its requestor already. Nothing was changed.`
          : `A choice on ${number} was made before (${state}), and the first one counts. Nothing was changed.`,
        context,
      );

/** A token that is not the very one for this action and person is worth nothing, and worse than none. */
const refuseToken = (
  context: DecisionContext,
  approval: ApprovalFacts,
  request: ApprovalRequestFacts,
): NoActionPlan | null => {
  const { instruction, facts, policy } = context;
  if (facts.senderAuthentication === 'fail' && policy.approvalWithoutToken === 'refuse') return notAuthentic(context);
  if (instruction.token !== null) {
    const { token } = facts;
    const fits =
      token !== null && !token.used && token.actionId === approval.actionId && token.requestId === request.id;
    return fits
      ? null
      : rejected(
          'token_refused',
          'The @TOKEN@ is not valid for this choice: it was used, or belongs to another action or person. Use the links of the last mail. Nothing was changed.',
          context,
        );
  }
  return isProved(context) || policy.approvalWithoutToken !== 'refuse'
    ? null
    : rejected(
        'token_required',
        'A choice counts only with the @TOKEN@ of its mail: use one of the links in it. Nothing was changed.',
        context,
      );
};

/**
 * By the table; a setting may do without a proof, but not against one of the contrary. Without a token the sender's own words must name
 * the ticket: what others wrote into a mail, and a mail program quoted, cannot make a vote of an answer.
 */
const isProved = (context: DecisionContext): boolean => {
  const { instruction, facts, policy } = context;
  const namesTicket = instruction.rfcNumber !== null && !context.isNumberQuoted;
  const right = rightTo(context, instruction.token === null ? 'choice' : 'choice_with_token', true);
  return (
    (right === 'allowed' && (instruction.token !== null || namesTicket)) ||
    (right === 'to_confirm' && facts.senderAuthentication !== 'fail' && policy.approvalWithoutToken === 'accept')
  );
};

const recorded = (
  context: DecisionContext,
  { number }: TicketFacts,
  given: {
    readonly approval: ApprovalFacts;
    readonly request: ApprovalRequestFacts;
    readonly choice: Choice;
    readonly choiceBy: number;
  },
): Plan => {
  const { approval, request, choice, choiceBy } = given;
  const { instruction, ownBody, warnings } = context;
  // What a click on a link writes is no document: the action keeps the comment.
  const documents = plannedDocuments(context, false);
  const effect = effectOf(context, approval, request, choice);
  return {
    kind: 'choice',
    disposition: effect === 'unconfirmed' ? 'choice_pending' : 'choice_recorded',
    number,
    actionId: approval.actionId,
    requestId: request.id,
    choice,
    choiceBy,
    effect,
    approvalKind: approval.kind,
    comment: instruction.comment ?? ownBody.trim(),
    documents: documents.documents,
    warnings: [...warnings, ...documents.warnings],
  };
};

const effectOf = (
  context: DecisionContext,
  { rule, requests }: ApprovalFacts,
  { id }: ApprovalRequestFacts,
  choice: Choice,
): ChoiceOutcome => {
  if (!isProved(context)) return 'unconfirmed';
  if (choice === '2') return 'question';
  const answer = choice === '1' ? 'accepted' : 'refused';
  return tally(
    rule,
    requests.map((request) => (request.id === id ? answer : request.state)),
  );
};
