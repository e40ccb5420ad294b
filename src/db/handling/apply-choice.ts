import { and, eq, sql } from 'drizzle-orm';
import type { Plan } from '../../domain/handling/plan.ts';
import { mailDecision } from '../approvals/approval-mails.ts';
import { keepApproval, tellApproval, withdrawWaiting } from '../approvals/rounds.ts';
import type { ApplyContext, Effects } from './apply-context.ts';
import { ticketTraces } from './apply-traces.ts';
import { mailGroup } from '../outgoing/mail-group.ts';
import type { Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { hashToken } from '../shared/random-token.ts';
import { enqueueMail } from '../outgoing/outbox.ts';
import { approvalRequests, approvals, approvalTokens, employees, tickets, workflowOutbox } from '../schema/index.ts';
import { setTicketState } from '../tickets/ticket-state.ts';

type ChoicePlan = Extract<Plan, { readonly kind: 'choice' }>;

/** Records a choice with all that follows from it: vote, decision, dead token, mails, word for the workflows (spec §7, §9). */
export const applyChoice = async (tx: Tx, plan: ChoicePlan, context: ApplyContext): Promise<Effects> => {
  const { number, actionId, effect } = plan;
  const { now } = context;
  const [ticket] = await tx.select().from(tickets).where(eq(tickets.number, number));
  if (ticket === undefined) throw new NotFoundError(`There is no ticket ${number}.`);
  const [chooser] = await tx.select({ name: employees.name }).from(employees).where(eq(employees.id, plan.choiceBy));
  const who = chooser?.name ?? '';
  const { text, kind } = wordsOf(plan, who);
  const statements = ticketTraces(
    tx,
    { id: ticket.id, number },
    { action: { kind, text, dueAt: null }, documents: plan.documents },
    context,
    null,
  );
  if (context.token !== null)
    await tx
      .update(approvalTokens)
      .set({ usedAt: now })
      .where(eq(approvalTokens.hash, hashToken(context.token)));
  if (effect === 'unconfirmed') {
    await tx
      .update(approvalRequests)
      .set({ pendingChoice: plan.choice, pendingSince: now })
      .where(eq(approvalRequests.id, plan.requestId));
    await askToConfirm(tx, plan, ticket.id, now);
    return { ticketNumber: number, statements };
  }

  await tx
    .update(approvalRequests)
    .set({
      state: effect === 'question' ? 'information' : plan.choice === '1' ? 'accepted' : 'refused',
      comment: plan.comment,
      chosenAt: now,
      pendingChoice: null,
      pendingSince: null,
      messageId: context.messageId,
    })
    .where(eq(approvalRequests.id, plan.requestId));
  await enqueueMail(tx, {
    kind: 'choice_answer',
    to: { employeeId: plan.choiceBy },
    ticketId: ticket.id,
    actionId,
    answersMessageId: context.messageId,
    tags: { OUTCOME: text },
    now,
  });

  if (effect === 'question') {
    const question = {
      kind: 'information_request',
      actionId,
      tags: { QUESTION: plan.comment, APPROVER: who },
      now,
    } as const;
    // A requestor who is asked about a solution asks those who solved it.
    if (plan.approvalKind === 'confirmation') await mailGroup(tx, ticket.id, question);
    else await enqueueMail(tx, { ...question, to: { employeeId: ticket.requestorId }, ticketId: ticket.id });
  }
  if (effect === 'accepted' || effect === 'refused') {
    await tx
      .update(approvals)
      .set({ state: effect, decidedAt: now })
      .where(and(eq(approvals.actionId, actionId), eq(approvals.state, 'waiting')));
    if (plan.approvalKind === 'approval')
      await mailDecision(tx, ticket, { actionId, outcome: effect, approver: who, comment: plan.comment, now });
    else await settleSolution(tx, ticket, effect, now);
  }
  await tellApproval(tx, number, actionId, now);
  return { ticketNumber: number, statements };
};

/** The requestor's word about a solution: closed, or open again (spec §9). */
const settleSolution = async (
  tx: Tx,
  before: typeof tickets.$inferSelect,
  effect: 'accepted' | 'refused',
  now: string,
): Promise<void> => {
  const { id, number } = before;
  await setTicketState(tx, before, { name: effect === 'accepted' ? 'CONFIRM' : 'REJECT_SOLUTION' }, { now });
  await keepApproval(tx, id, { before, now });
  await withdrawWaiting(tx, before, now);
  await tx.insert(workflowOutbox).values({ kind: 'ticket_changed', ticketNumber: number, payload: {}, createdAt: now });
};

/** To the address on record, never to where the choice came from (spec §7). */
const askToConfirm = async (tx: Tx, plan: ChoicePlan, ticketId: number, now: string): Promise<void> => {
  const [request] = await tx
    .select({ employeeId: approvalRequests.employeeId })
    .from(approvalRequests)
    .where(eq(approvalRequests.id, plan.requestId));
  // One that still waits to be sent is enough, however many choices come.
  const [pending] = await tx.execute<{ one: number }>(sql`
    select 1 as one from outbox
    where kind = 'choice_confirmation' and approval_request_id = ${plan.requestId} and state = 'pending' limit 1`);
  if (request === undefined || pending !== undefined) return;
  await enqueueMail(tx, {
    kind: 'choice_confirmation',
    to: { employeeId: plan.choiceBy },
    ticketId,
    actionId: plan.actionId,
    approvalRequestId: plan.requestId,
    tags: { OUTCOME: choiceWords[plan.choice], COMMENT: plan.comment },
    now,
  });
};

const choiceWords = { '0': 'refuse', '1': 'accept', '2': 'ask for information' } as const;

const wordsOf = (
  { effect, choice, comment, approvalKind }: ChoicePlan,
  who: string,
): { readonly kind: 'decision' | 'question' | 'reply'; readonly text: string } => {
  const said = comment === '' ? '' : `\n\n${comment}`;
  switch (effect) {
    case 'unconfirmed':
      return {
        kind: 'reply',
        text: `A choice (${choiceWords[choice]}) came for ${who} without proof that it is theirs. It has no effect until it is confirmed.${said}`,
      };
    case 'question':
      return { kind: 'question', text: `${who} asks for information.${said}` };
    case 'waiting':
      return {
        kind: 'decision',
        text: `${who} ${choice === '1' ? 'accepts' : 'refuses'}. Others are still waited for.${said}`,
      };
    case 'accepted':
    case 'refused': {
      const subject = approvalKind === 'approval' ? 'The approval' : 'The solution';
      return {
        kind: 'decision',
        text: `${subject} is ${effect}: ${who} ${choice === '1' ? 'accepts' : 'refuses'}.${said}`,
      };
    }
  }
};
