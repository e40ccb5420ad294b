import { and, desc, eq, sql } from 'drizzle-orm';
import type { ApprovalKind, ApprovalStep } from '../../domain/approvals/approval.ts';
import { planApproval } from '../../domain/approvals/open.ts';
import { confirmationStep, scheduleOf } from '../../domain/approvals/schedule.ts';
import { appendLog, type LogLevel } from '../log/operation-log.ts';
import { actions, approvalRequests, approvals, categories, tickets } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { mailAsked } from './approval-mails.ts';
import { listGroupPeople } from './group-people.ts';
import { beginRound, nextRoundOf, readStanding, tellApproval, voidRound } from './rounds.ts';

export type OpenedApproval =
  { readonly kind: 'opened'; readonly actionId: number } | { readonly kind: 'no_step' } | { readonly kind: 'not_open' };

type Ticket = Pick<typeof tickets.$inferSelect, 'id' | 'number' | 'requestorId' | 'recipientId'>;

/**
 * Asks the approvers of one step of a ticket, of the round that goes on, or at position 0 of a new one; a repetition finds what was
 * asked. `not_open`: the ticket is solved or closed, or what was asked before this step is void. `no_step`: it was the last one.
 */
export const openApproval = (
  db: Db,
  { number, position, now }: { readonly number: string; readonly position: number; readonly now: string },
): Promise<OpenedApproval> =>
  db.transaction(async (tx) => {
    const [found] = await tx
      .select({ ticket: tickets, steps: categories.approvalSteps, supportGroup: categories.supportGroup })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(eq(tickets.number, number))
      .for('update', { of: tickets });
    if (found === undefined) throw new NotFoundError(`There is no ticket ${number}.`);
    const { ticket, steps, supportGroup } = found;
    const { newRound, next } = planApproval({
      ticket,
      round: ticket.approvalRound,
      standing: await readStanding(tx, ticket, steps),
      nextRound: await nextRoundOf(tx, ticket, steps),
      position,
      earlierActionId: await findEarlier(tx, ticket, position),
      supportGroup: await listGroupPeople(tx, supportGroup),
    });
    if (newRound !== null) {
      await voidRound(tx, ticket, now);
      await beginRound(tx, ticket.id, newRound);
    }
    if (next.kind !== 'ask') return next;
    const { round, step } = next;
    const key = `${number}/round/${round}/${position}`;
    const actionId = await insertApproval(tx, ticket, { kind: 'approval', round, position, step, key, now });
    await mailAsked(tx, ticket, { actionId, kind: 'approval_request', now });
    return { kind: 'opened', actionId };
  });

/** The last approval of a position in the round that goes on. */
const findEarlier = async (
  tx: Tx,
  { id, approvalRound }: Pick<typeof tickets.$inferSelect, 'id' | 'approvalRound'>,
  position: number,
): Promise<number | null> => {
  if (approvalRound === null) return null;
  const [earlier] = await tx
    .select({ actionId: approvals.actionId })
    .from(approvals)
    .where(
      and(
        eq(approvals.ticketId, id),
        eq(approvals.kind, 'approval'),
        eq(approvals.round, approvalRound.number),
        eq(approvals.position, position),
      ),
    )
    .orderBy(desc(approvals.actionId))
    .limit(1);
  return earlier?.actionId ?? null;
};

/** Asks the requestor whether a solved ticket is solved indeed; once for each solution. Nothing for a ticket in another state. */
export const openConfirmation = (db: Db, number: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const [ticket] = await tx.select().from(tickets).where(eq(tickets.number, number)).for('update');
    if (ticket?.state !== 'solved' || ticket.closeAt === null) return;
    const { solvedAt, closeAt } = ticket;
    // Of this solution: solvedAt may be a date that the mail gave, closeAt follows from the moment.
    const key = `${number}/solved/${solvedAt ?? ''}/${closeAt}`;
    const [earlier] = await tx.select({ key: approvals.key }).from(approvals).where(eq(approvals.key, key));
    if (earlier !== undefined) return;
    const step = confirmationStep(ticket.requestorId, { closeAt, now });
    const actionId = await insertApproval(tx, ticket, { kind: 'confirmation', round: 0, position: 0, step, key, now });
    await mailAsked(tx, ticket, { actionId, kind: 'solution_confirmation', now });
  });

const insertApproval = async (
  tx: Tx,
  ticket: Ticket,
  given: {
    readonly kind: ApprovalKind;
    readonly round: number;
    readonly position: number;
    readonly step: ApprovalStep;
    readonly key: string;
    readonly now: string;
  },
): Promise<number> => {
  const { kind, round, position, step, key, now } = given;
  const schedule = scheduleOf(step, now);
  const text = kind === 'approval' ? `Approval, step ${position + 1}.` : 'Is it solved?';
  const [action] = await tx
    .insert(actions)
    .values({ ticketId: ticket.id, kind: 'validation', text, at: now, dueAt: schedule.expiresAt })
    .returning({ id: actions.id });
  if (action === undefined) throw new Error('An insert returned no row.');
  await tx.insert(approvals).values({
    actionId: action.id,
    ticketId: ticket.id,
    kind,
    key,
    round,
    position,
    step,
    askedAt: now,
    ...schedule,
  });
  if (step.approvers.length > 0)
    await tx.insert(approvalRequests).values(step.approvers.map((employeeId) => ({ actionId: action.id, employeeId })));
  const log = (level: LogLevel, result: string) =>
    appendLog(tx, {
      at: now,
      level,
      operation: 'ASK',
      ticketNumber: ticket.number,
      who: 'process',
      whoKind: 'system',
      result,
      reason: `${text} Action ${action.id}, until ${schedule.expiresAt}.`,
    });
  await (step.approvers.length > 0 ? log('info', 'asked') : log('error', 'nobody_to_ask'));
  return action.id;
};

/** The requestor's answer to what approvers asked: each of them is asked again. Nothing where there was no question. */
export const answerQuestions = async (tx: Tx, ticket: Ticket, answer: string, now: string): Promise<void> => {
  const open = await tx
    .update(approvalRequests)
    .set({ state: 'asked' })
    .where(
      and(
        eq(approvalRequests.state, 'information'),
        sql`${approvalRequests.actionId} in (
          select ${approvals.actionId} from ${approvals}
          where ${approvals.ticketId} = ${ticket.id} and ${approvals.state} = 'waiting'
        )`,
      ),
    )
    .returning({
      id: approvalRequests.id,
      actionId: approvalRequests.actionId,
      question: approvalRequests.comment,
    });
  for (const { id, actionId, question } of open) {
    await tx.insert(actions).values({ ticketId: ticket.id, kind: 'answer', text: answer, at: now });
    const tags = { QUESTION: question, ANSWER: answer };
    await mailAsked(tx, ticket, { actionId, kind: 'approval_again', tags, now, onlyRequest: id });
    await tellApproval(tx, ticket.number, actionId, now);
  }
};
