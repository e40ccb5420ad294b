import { and, eq } from 'drizzle-orm';
import type { Answer } from '../../domain/handling/answer.ts';
import type { Plan } from '../../domain/handling/plan.ts';
import { changeTicket } from './apply-change.ts';
import { applyChoice } from './apply-choice.ts';
import type { ApplyContext, Effects } from './apply-context.ts';
import { createTicket } from './apply-creation.ts';
import type { Tx } from '../shared/connect.ts';
import { spendToken } from '../approvals/approval-tokens.ts';
import { confirmMessage, spendConfirmation } from '../messages/confirmations.ts';
import { recordDisposition } from '../messages/ledger.ts';
import { appendLog } from '../log/operation-log.ts';
import { dispositionOf, logEntryOf, redirectOf } from './rows-of-plan.ts';
import { enqueueMail } from '../outgoing/outbox.ts';
import { outbox, tickets } from '../schema/index.ts';

/**
 * Does what the plan says and records it in ledger and log, all within the caller's transaction: a failure anywhere must roll it back.
 * Creating a ticket for a known requestor takes at most eight statements, most of them sent without waiting for one another.
 */
export const applyPlan = async (
  tx: Tx,
  plan: Plan,
  context: ApplyContext,
): Promise<{ readonly ticketNumber: string | null }> => {
  const { ticketNumber, statements } = await applyEffects(tx, plan, context);
  const { now } = context;
  if (context.token !== null && leavesToken(plan)) {
    await spendToken(tx, context.token, now);
    await askAgain(tx, context.token, now);
  }
  const isTold = context.answer === null || (await answer(tx, context.answer, ticketNumber, context));
  await Promise.all([
    ...statements,
    recordDisposition(tx, dispositionOf(plan, context, ticketNumber)),
    appendLog(tx, logEntryOf(plan, context, { ticketNumber, isTold })),
  ]);
  return { ticketNumber };
};

/** Whether a token in the mail is still alive after it, though it was seen: a choice that counts has used it. */
const leavesToken = (plan: Plan): boolean =>
  plan.kind !== 'choice' && plan.kind !== 'confirm' && plan.disposition !== 'duplicate';

const applyEffects = async (tx: Tx, plan: Plan, context: ApplyContext): Promise<Effects> => {
  switch (plan.kind) {
    case 'create':
      return createTicket(tx, plan, context);
    case 'change':
      return changeTicket(tx, plan, context);
    case 'choice':
      return applyChoice(tx, plan, context);
    case 'redirect':
      return { ticketNumber: null, statements: [tx.insert(outbox).values(redirectOf(plan.to, context))] };
    case 'confirm':
      return { ticketNumber: null, statements: [confirmMessage(tx, plan.messageId, context.now)] };
    case 'refuse':
      return { ticketNumber: null, statements: [] };
  }
};

const answer = async (
  tx: Tx,
  told: Answer,
  ticketNumber: string | null,
  { sender, messageId, now }: ApplyContext,
): Promise<boolean> => {
  if (sender === null) return true;
  const isQuestion = told.kind === 'operation_confirmation';
  const about = isQuestion ? told.ticketNumber : ticketNumber;
  const [ticket] =
    about === null ? [] : await tx.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, about));
  const to = isQuestion ? { employeeId: told.employeeId } : { address: sender };
  const { kind, tags } = told;
  return enqueueMail(tx, { kind, to, ticketId: ticket?.id ?? null, answersMessageId: messageId, tags, now });
};

/** With another token, in the words of the mail that brought the first one. */
const askAgain = async (tx: Tx, token: string, now: string): Promise<void> => {
  const spent = await spendConfirmation(tx, token, now);
  if (spent === null) return;
  const [asked] = await tx
    .select({ ticketId: outbox.ticketId, tags: outbox.tags })
    .from(outbox)
    .where(and(eq(outbox.kind, 'operation_confirmation'), eq(outbox.answersMessageId, spent.messageId)))
    .limit(1);
  if (asked === undefined) return;
  const to = { employeeId: spent.employeeId };
  await enqueueMail(tx, { kind: 'operation_confirmation', to, ...asked, answersMessageId: spent.messageId, now });
};
