import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Answer } from '../../domain/handling/answer.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import type { Plan } from '../../domain/handling/plan.ts';
import { changeTicket } from './apply-change.ts';
import { applyChoice } from './apply-choice.ts';
import type { ApplyContext, Effects } from './apply-context.ts';
import { createTicket } from './apply-creation.ts';
import type { Tx } from '../shared/connect.ts';
import { spendToken } from '../approvals/approval-tokens.ts';
import { confirmMessage, spendConfirmation } from '../messages/confirmations.ts';
import { recordDisposition } from '../messages/ledger.ts';
import { appendLog, type LogLevel } from '../log/operation-log.ts';
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
  const { messageId, mailbox, sender, now } = context;
  const refusal = plan.kind === 'refuse' ? plan : null;
  if (context.token !== null && leavesToken(plan)) {
    await spendToken(tx, context.token, now);
    await askAgain(tx, context.token, now);
  }
  const isTold = context.answer === null || (await answer(tx, context.answer, ticketNumber, context));
  await Promise.all([
    ...statements,
    recordDisposition(tx, {
      id: messageId,
      disposition: plan.disposition,
      reason: refusal?.reason ?? null,
      explanation: refusal?.explanation ?? null,
      notices: plan.warnings,
      ticketNumber: ticketNumber ?? context.about,
      messageId: context.messageIdHeader,
      contentKey: context.contentKey,
      fromAddress: sender,
      senderAuthentication: context.senderAuthentication,
      subject: context.subject,
      now,
    }),
    appendLog(tx, {
      at: now,
      level: levelOf(plan),
      mailboxId: mailbox.id,
      messageId,
      operation: operationOf(plan),
      ticketNumber: ticketNumber ?? context.about,
      who: sender ?? 'unknown',
      result: plan.disposition,
      reason: reasonOf(plan, isTold ? '' : ' The sender gets no mail about it: enough were sent in this hour.'),
    }),
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
      return { ticketNumber: null, statements: [redirect(tx, plan.to, context)] };
    case 'confirm':
      return { ticketNumber: null, statements: [confirmMessage(tx, plan.messageId, context.now)] };
    case 'refuse':
      return { ticketNumber: null, statements: [] };
  }
};

/** Spec §7: the original goes along as an attachment. */
const redirect = (tx: Tx, to: string, { messageId, mailbox, subject, now }: ApplyContext) =>
  tx.insert(outbox).values({
    kind: 'redirect',
    messageIdHeader: `<${randomUUID()}@${/@(.+)$/.exec(mailbox.address)?.[1] ?? 'tsa.invalid'}>`,
    mailboxId: mailbox.id,
    toAddress: to,
    tags: { SUBJECT: subject ?? '' },
    attachedMessageId: messageId,
    createdAt: now,
  });

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

const reasonOf = (plan: Plan, untold: string): string | null => {
  if (plan.kind === 'refuse') return `${plan.reason}: ${plan.explanation}${untold}`;
  if (plan.kind === 'confirm') return `Message ${plan.messageId} is handled again.`;
  return warningsInWords(plan.warnings);
};

const levelOf = (plan: Plan): LogLevel => {
  if (plan.disposition === 'quarantined') return 'error';
  return plan.disposition === 'rejected' || plan.warnings.length > 0 ? 'warning' : 'info';
};

const operationOf = (plan: Plan): string => {
  switch (plan.disposition) {
    case 'created':
      return 'CREATE';
    case 'updated':
      return 'UPDATE';
    case 'reopened':
      return 'RESTART';
    case 'solved':
    case 'choice_recorded':
    case 'choice_pending':
      return 'SOLVE';
    case 'put_on_hold':
      return 'STOP';
    case 'filed':
      return 'FILE';
    case 'confirmed':
      return 'CONFIRM';
    case 'redirected':
      return 'REDIRECT';
    case 'rejected':
    case 'duplicate':
    case 'quarantined':
      return 'REFUSE';
  }
};

const warningsInWords = (warnings: readonly Diagnostic[]): string | null =>
  warnings.length === 0 ? null : warnings.map(({ message }) => message).join(' ');
