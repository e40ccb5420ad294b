import { tally, type ApprovalFacts, type ApprovalRequestFacts } from '../approvals/approval.ts';
import { requestFor } from '../approvals/who-decides.ts';
import { notAuthentic, rightTo } from './decide-sender.ts';
import { plannedDocuments } from './decide-fields.ts';
import type { TicketFacts } from './facts.ts';
import type { Choice } from '../messages/instruction.ts';
import { quarantined, rejected, type Case, type Refusal } from './judgement.ts';
import type { ChoiceEffect, Plan } from './plan.ts';

/**
 * A CHOICE on an existing ticket (spec §6, §7, §9), first hit wins: only with SOLVE, only on an action that asks for one, only by the
 * person asked or a delegate, only before the decision, only once, and only with proof: a token, or a sender that was authenticated.
 * Without proof the setting says what it comes to; by default the approver is asked to confirm it, and it has no effect yet.
 */
export const decideChoice = (subject: Case, ticket: TicketFacts, choice: Choice): Plan => {
  const { instruction, facts, sender } = subject;
  if (instruction.operation !== 'SOLVE')
    return quarantined(
      'operation_not_allowed',
      `@CHOICE@ answers an action only together with @OPERATION@='SOLVE': add that line, or leave @CHOICE@ out.`,
      subject,
    );
  const { approval } = ticket;
  if (approval === null)
    return quarantined(
      'no_waiting_action',
      instruction.actionId === null
        ? `No action of ${ticket.number} waits for a choice of this sender. Leave @CHOICE@ out to solve the ticket itself.`
        : `Action ${instruction.actionId} of ${ticket.number} waits for no choice.`,
      subject,
    );
  const request = facts.sender === null ? null : requestFor(approval, facts.sender.id, ticket);
  if (facts.sender === null || request === null)
    return rejected(
      'not_authorised',
      `${sender.address} was not asked for a choice on ${ticket.number}: only the approver asked or a delegate may answer, and nobody for themselves. Nothing was changed.`,
      subject,
    );
  const refusal =
    refuseLate(subject, ticket, approval) ??
    refuseSecond(subject, ticket, request, choice) ??
    refuseToken(subject, approval, request);
  if (refusal !== null) return refusal;
  return recorded(subject, ticket, { approval, request, choice, choiceBy: facts.sender.id });
};

const refuseLate = (subject: Case, { number }: TicketFacts, { state }: ApprovalFacts): Refusal | null =>
  state === 'waiting'
    ? null
    : rejected(
        'already_decided',
        `The choice on ${number} comes too late: it is ${state} already. Nothing was changed.`,
        subject,
      );

const refuseSecond = (
  subject: Case,
  { number }: TicketFacts,
  { state }: ApprovalRequestFacts,
  choice: Choice,
): Refusal | null =>
  state === 'asked' || (state === 'information' && choice !== '2')
    ? null
    : rejected(
        'already_chosen',
        state === 'information'
          ? `The question about ${number} is with its requestor already. Nothing was changed.`
          : `A choice on ${number} was made before (${state}), and the first one counts. Nothing was changed.`,
        subject,
      );

/** A token that is not the very one for this action and person is worth nothing, and worse than none. */
const refuseToken = (subject: Case, approval: ApprovalFacts, request: ApprovalRequestFacts): Refusal | null => {
  const { instruction, facts, policy } = subject;
  if (facts.senderAuthentication === 'fail' && policy.approvalWithoutToken === 'refuse') return notAuthentic(subject);
  if (instruction.token !== null) {
    const { token } = facts;
    const fits =
      token !== null && !token.used && token.actionId === approval.actionId && token.requestId === request.id;
    return fits
      ? null
      : rejected(
          'token_refused',
          'The @TOKEN@ is not valid for this choice: it was used, or belongs to another action or person. Use the links of the last mail. Nothing was changed.',
          subject,
        );
  }
  return isProved(subject) || policy.approvalWithoutToken !== 'refuse'
    ? null
    : rejected(
        'token_required',
        'A choice counts only with the @TOKEN@ of its mail: use one of the links in it. Nothing was changed.',
        subject,
      );
};

/** By the table; a setting may do without a proof, but not against one of the contrary. */
const isProved = (subject: Case): boolean => {
  const { instruction, facts, policy } = subject;
  const right = rightTo(subject, instruction.token === null ? 'choice' : 'choice_with_token', true);
  return (
    right === 'allowed' ||
    (right === 'to_confirm' && facts.senderAuthentication !== 'fail' && policy.approvalWithoutToken === 'accept')
  );
};

const recorded = (
  subject: Case,
  { number }: TicketFacts,
  given: {
    readonly approval: ApprovalFacts;
    readonly request: ApprovalRequestFacts;
    readonly choice: Choice;
    readonly choiceBy: number;
  },
): Plan => {
  const { approval, request, choice, choiceBy } = given;
  const { instruction, body, warnings } = subject;
  const documents = plannedDocuments(subject, body.trim() !== '');
  return {
    kind: 'choice',
    disposition: 'choice_recorded',
    number,
    actionId: approval.actionId,
    requestId: request.id,
    choice,
    choiceBy,
    effect: effectOf(subject, approval, request, choice),
    approvalKind: approval.kind,
    comment: instruction.comment ?? body.trim(),
    documents: documents.documents,
    warnings: [...warnings, ...documents.warnings],
  };
};

const effectOf = (
  subject: Case,
  { rule, requests }: ApprovalFacts,
  { id }: ApprovalRequestFacts,
  choice: Choice,
): ChoiceEffect => {
  if (!isProved(subject)) return 'unconfirmed';
  if (choice === '2') return 'question';
  const answer = choice === '1' ? 'accepted' : 'refused';
  return tally(
    rule,
    requests.map((request) => (request.id === id ? answer : request.state)),
  );
};
