import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { ApprovalKind, ApprovalOutcome, ApprovalState, ApprovalStep } from '../../domain/approvals/approval.ts';
import { outcomeOf } from '../../domain/approvals/approval.ts';
import { eligibleApprovers, isInterested, mayDecide } from '../../domain/approvals/who-decides.ts';
import { isOver } from '../../domain/tickets/ticket.ts';
import type { OutgoingKind } from '../../domain/outgoing/outgoing.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { beginRound, readStanding, tellApproval, voidRound } from './rounds.ts';
import { appendLog, type LogLevel } from '../log/operation-log.ts';
import { enqueueMail } from '../outgoing/outbox.ts';
import {
  actions,
  approvalRequests,
  approvals,
  categories,
  delegations,
  employeeGroups,
  employees,
  tickets,
} from '../schema/index.ts';

/** Where an approval stands. Times are ISO 8601 UTC. */
export interface ApprovalView {
  readonly state: ApprovalState;
  /** Null while it waits. */
  readonly outcome: ApprovalOutcome | null;
  readonly kind: ApprovalKind;
  readonly title: string;
  /** Names of those whose answer is waited for. */
  readonly asked: readonly string[];
  /** The ticket is on hold: its clocks rest. */
  readonly onHold: boolean;
  readonly remindAt: string | null;
  readonly escalateAt: string | null;
  readonly expiresAt: string;
}

export type OpenedApproval =
  { readonly kind: 'opened'; readonly actionId: number } | { readonly kind: 'no_step' } | { readonly kind: 'not_open' };

const hourMs = 3_600_000;
const after = (now: string, hours: number): string => new Date(Date.parse(now) + hours * hourMs).toISOString();

type Ticket = Pick<typeof tickets.$inferSelect, 'id' | 'number' | 'requestorId' | 'recipientId' | 'state' | 'title'>;

/**
 * Asks the approvers of one step of a ticket, of the round that goes on, or at position 0 of a new one; a repetition finds what was
 * asked. `not_open`: the ticket is solved or closed, or what was asked before this step is void. `no_step`: it was the last one.
 */
export const openApproval = (
  db: Db,
  { number, position, now }: { number: string; position: number; now: string },
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
    if (isOver(ticket.state)) return { kind: 'not_open' };
    const anew = ticket.approvalRound === null || (await readStanding(tx, ticket, steps)) === 'to_ask';
    if (anew && position > 0) return { kind: 'not_open' };
    if (anew) await voidRound(tx, ticket, now);
    const round = anew ? await beginRound(tx, ticket, steps) : ticket.approvalRound;
    const configured = round?.steps[position];
    if (round === null || configured === undefined) return { kind: 'no_step' };
    const [earlier] = await tx
      .select({ actionId: approvals.actionId })
      .from(approvals)
      .where(
        and(
          eq(approvals.ticketId, ticket.id),
          eq(approvals.kind, 'approval'),
          eq(approvals.round, round.number),
          eq(approvals.position, position),
        ),
      )
      .orderBy(desc(approvals.actionId))
      .limit(1);
    if (earlier !== undefined) return { kind: 'opened', actionId: earlier.actionId };
    const group = supportGroup === null ? [] : await peopleOf(tx, supportGroup);
    const step = { ...configured, approvers: eligibleApprovers(configured, ticket, group) };
    const key = `${number}/round/${round.number}/${position}`;
    const actionId = await insertApproval(tx, ticket, {
      kind: 'approval',
      round: round.number,
      position,
      step,
      key,
      now,
    });
    await mailAsked(tx, ticket, actionId, 'approval_request', {}, now);
    return { kind: 'opened', actionId };
  });

const peopleOf = async (tx: Tx, supportGroup: string): Promise<readonly number[]> => {
  const people = await tx
    .select({ id: employeeGroups.employeeId })
    .from(employeeGroups)
    .where(eq(employeeGroups.groupName, supportGroup))
    .orderBy(asc(employeeGroups.employeeId));
  return people.map(({ id }) => id);
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
    const step: ApprovalStep = {
      approvers: [ticket.requestorId],
      rule: 'one',
      remindAfterHours: null,
      escalateAfterHours: null,
      escalateTo: null,
      expireAfterHours: (Date.parse(closeAt) - Date.parse(now)) / hourMs,
      onExpiry: 'accepted',
    };
    const actionId = await insertApproval(tx, ticket, { kind: 'confirmation', round: 0, position: 0, step, key, now });
    await mailAsked(tx, ticket, actionId, 'solution_confirmation', {}, now);
  });

const insertApproval = async (
  tx: Tx,
  ticket: Ticket,
  given: { kind: ApprovalKind; round: number; position: number; step: ApprovalStep; key: string; now: string },
): Promise<number> => {
  const { kind, round, position, step, key, now } = given;
  const expiresAt = after(now, step.expireAfterHours);
  const text = kind === 'approval' ? `Approval, step ${position + 1}.` : 'Is it solved?';
  const [action] = await tx
    .insert(actions)
    .values({ ticketId: ticket.id, kind: 'validation', text, at: now, dueAt: expiresAt })
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
    remindAt: step.remindAfterHours === null ? null : after(now, step.remindAfterHours),
    escalateAt: step.escalateAfterHours === null ? null : after(now, step.escalateAfterHours),
    expiresAt,
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
      result,
      reason: `${text} Action ${action.id}, until ${expiresAt}.`,
    });
  await (step.approvers.length > 0 ? log('info', 'asked') : log('error', 'nobody_to_ask'));
  return action.id;
};

/** One mail to each whose answer is waited for, and to those who may answer in their place today. */
const mailAsked = async (
  tx: Tx,
  ticket: Ticket,
  actionId: number,
  kind: Exclude<OutgoingKind, 'redirect'>,
  tags: Readonly<Record<string, string>>,
  now: string,
  onlyRequest?: number,
): Promise<void> => {
  const asked = await tx
    .select({
      id: approvalRequests.id,
      of: approvals.kind,
      employeeId: approvalRequests.employeeId,
      delegateId: delegations.delegateId,
    })
    .from(approvalRequests)
    .innerJoin(approvals, eq(approvals.actionId, approvalRequests.actionId))
    .leftJoin(
      delegations,
      and(
        eq(delegations.employeeId, approvalRequests.employeeId),
        sql`${now}::timestamptz between ${delegations.startsAt} and ${delegations.endsAt}`,
      ),
    )
    .where(
      and(
        eq(approvalRequests.actionId, actionId),
        eq(approvalRequests.state, 'asked'),
        onlyRequest === undefined ? undefined : eq(approvalRequests.id, onlyRequest),
      ),
    )
    .orderBy(asc(approvalRequests.id));
  const addressees = new Map(
    asked.flatMap(({ id, of, employeeId, delegateId }) =>
      [employeeId, delegateId]
        .filter((person) => person !== null)
        .filter((person) => mayDecide(of, person, ticket))
        .map((person) => [`${id}/${person}`, { id, person }]),
    ),
  );
  for (const { id, person } of addressees.values())
    await enqueueMail(tx, {
      kind,
      to: { employeeId: person },
      ticketId: ticket.id,
      actionId,
      approvalRequestId: id,
      tags,
      now,
    });
};

/** An approval under the lock of its ticket, as long as it waits. */
const lockWaiting = async (tx: Tx, actionId: number) => {
  const [found] = await tx
    .select({ approval: approvals, ticket: tickets })
    .from(approvals)
    .innerJoin(tickets, eq(tickets.id, approvals.ticketId))
    .where(eq(approvals.actionId, actionId))
    .for('update', { of: tickets });
  if (found === undefined) return undefined;
  // Read anew under the lock: what was read before it may be older than the decision.
  const [approval] = await tx.select().from(approvals).where(eq(approvals.actionId, actionId));
  return approval?.state === 'waiting' && found.ticket.state !== 'on_hold' ? { ...found, approval } : undefined;
};

/** Reminds those who have not answered, when it is time, and sets the next time. */
export const remindApprovers = (db: Db, actionId: number, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await lockWaiting(tx, actionId);
    const { remindAfterHours } = found?.approval.step ?? { remindAfterHours: null };
    if (found === undefined || remindAfterHours === null) return;
    const { approval, ticket } = found;
    if (approval.remindAt === null || approval.remindAt > now) return;
    const remindAt = after(now, remindAfterHours);
    await tx
      .update(approvals)
      .set({ remindAt: remindAt < approval.expiresAt ? remindAt : null })
      .where(eq(approvals.actionId, actionId));
    await mailAsked(tx, ticket, actionId, 'approval_reminder', {}, now);
    await logStep(tx, ticket, 'REMIND', 'reminded', `Action ${actionId}.`, now);
  });

/** Asks the step's `escalateTo` in place of those who have not answered, when it is time. */
export const escalateApproval = (db: Db, actionId: number, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await lockWaiting(tx, actionId);
    if (found === undefined) return;
    const { approval, ticket } = found;
    if (approval.escalateAt === null || approval.escalateAt > now) return;
    await tx.update(approvals).set({ escalateAt: null }).where(eq(approvals.actionId, actionId));
    const { escalateTo } = approval.step;
    if (escalateTo === null || isInterested(escalateTo, ticket)) return;
    const silent = await tx
      .update(approvalRequests)
      .set({ state: 'superseded' })
      .where(
        and(
          eq(approvalRequests.actionId, actionId),
          inArray(approvalRequests.state, ['asked', 'information']),
          sql`${approvalRequests.employeeId} <> ${escalateTo}`,
        ),
      )
      .returning({ employeeId: approvalRequests.employeeId });
    if (silent.length === 0) return;
    const [request] = await tx
      .insert(approvalRequests)
      .values({ actionId, employeeId: escalateTo, insteadOfId: silent[0]?.employeeId ?? null })
      .onConflictDoNothing()
      .returning({ id: approvalRequests.id });
    if (request !== undefined) await mailAsked(tx, ticket, actionId, 'approval_escalation', {}, now, request.id);
    const text = `Action ${actionId} was escalated: nobody had answered in time.`;
    await tx.insert(actions).values({ ticketId: ticket.id, kind: 'escalation', text, at: now });
    await logStep(tx, ticket, 'ESCALATE', 'escalated', text, now);
  });

/** Ends an approval that nobody decided in time, as its step says. */
export const expireApproval = (db: Db, actionId: number, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await lockWaiting(tx, actionId);
    if (found === undefined || found.approval.expiresAt > now) return;
    const { approval, ticket } = found;
    if (approval.kind === 'approval' && approval.step.approvers.length === 0 && !(await wasAsked(tx, actionId))) {
      // Silence of nobody is no decision: it is asked anew, of whoever is there by now.
      await voidRound(tx, ticket, now);
      await logStep(tx, ticket, 'EXPIRE', 'nobody_to_ask', `Action ${actionId}: nobody could be asked.`, now);
      return;
    }
    await tx.update(approvals).set({ state: 'expired', decidedAt: now }).where(eq(approvals.actionId, actionId));
    const text = `Action ${actionId} expired, which counts as ${approval.step.onExpiry}.`;
    await tx.insert(actions).values({ ticketId: ticket.id, kind: 'decision', text, at: now });
    await logStep(tx, ticket, 'EXPIRE', approval.step.onExpiry, text, now);
    await mailDecision(tx, ticket, actionId, { outcome: approval.step.onExpiry, approver: '', comment: '' }, now);
  });

/** Whether anybody could answer it. */
const wasAsked = async (tx: Tx, actionId: number): Promise<boolean> => {
  const [request] = await tx
    .select({ id: approvalRequests.id })
    .from(approvalRequests)
    .where(eq(approvalRequests.actionId, actionId))
    .limit(1);
  return request !== undefined;
};

/** The requestor's answer to what approvers asked: each of them is asked again. True when there was a question. */
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
    await mailAsked(tx, ticket, actionId, 'approval_again', { QUESTION: question, ANSWER: answer }, now, id);
    await tellApproval(tx, ticket.number, actionId, now);
  }
};

export const mailDecision = async (
  tx: Tx,
  ticket: Ticket,
  actionId: number,
  decision: { readonly outcome: string; readonly approver: string; readonly comment: string },
  now: string,
): Promise<void> => {
  const { outcome, approver, comment } = decision;
  await enqueueMail(tx, {
    kind: 'decision',
    to: { employeeId: ticket.requestorId },
    ticketId: ticket.id,
    actionId,
    tags: { OUTCOME: outcome, APPROVER: approver, COMMENT: comment },
    now,
  });
};

const logStep = (tx: Tx, ticket: Ticket, operation: string, result: string, reason: string, now: string) =>
  appendLog(tx, { at: now, level: 'info', operation, ticketNumber: ticket.number, who: 'process', result, reason });

/** Throws NotFoundError. */
export const findApprovalView = async (db: Db | Tx, actionId: number): Promise<ApprovalView> => {
  const [found] = await db
    .select({ approval: approvals, title: tickets.title, state: tickets.state })
    .from(approvals)
    .innerJoin(tickets, eq(tickets.id, approvals.ticketId))
    .where(eq(approvals.actionId, actionId));
  if (found === undefined) throw new NotFoundError(`There is no approval ${actionId}.`);
  const { approval, title } = found;
  const asked = await db
    .select({ name: employees.name })
    .from(approvalRequests)
    .innerJoin(employees, eq(employees.id, approvalRequests.employeeId))
    .where(and(eq(approvalRequests.actionId, actionId), inArray(approvalRequests.state, ['asked', 'information'])))
    .orderBy(asc(approvalRequests.id));
  const { state, kind, step, remindAt, escalateAt, expiresAt } = approval;
  return {
    state,
    outcome: outcomeOf(state, step.onExpiry),
    kind,
    title,
    asked: asked.map(({ name }) => name),
    onHold: found.state === 'on_hold',
    remindAt,
    escalateAt,
    expiresAt,
  };
};
