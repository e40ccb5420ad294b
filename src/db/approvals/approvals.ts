import { and, asc, desc, eq, gte, inArray, sql } from 'drizzle-orm';
import type { ApprovalKind, ApprovalOutcome, ApprovalState, ApprovalStep } from '../../domain/approvals/approval.ts';
import { outcomeOf } from '../../domain/approvals/approval.ts';
import { boardRule, riskOf } from '../../domain/processes/change-request.ts';
import type { OutgoingKind } from '../../domain/outgoing/outgoing.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
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
  workflowOutbox,
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

type Ticket = Pick<typeof tickets.$inferSelect, 'id' | 'number' | 'requestorId' | 'state' | 'title'>;

/**
 * Asks the approvers of a category's step. `key` says who asks: a repetition finds what it asked before. A requestor does not
 * approve what they ask for: in their place the step's `escalateTo` is asked, otherwise the people of the support group.
 */
export const openApproval = (
  db: Db,
  { number, position, key, now }: { number: string; position: number; key: string; now: string },
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
    const [earlier] = await tx
      .select({ actionId: approvals.actionId })
      .from(approvals)
      .where(eq(approvals.key, `${number}/${key}`));
    if (earlier !== undefined) return { kind: 'opened', actionId: earlier.actionId };
    if (ticket.state === 'solved' || ticket.state === 'closed') return { kind: 'not_open' };
    const left = await findLeftApproval(tx, ticket.id, position);
    if (left !== undefined) return { kind: 'opened', actionId: left };
    const configured = steps[position];
    if (configured === undefined) return { kind: 'no_step' };
    const rule = ticket.type === 'R' ? boardRule(riskOf(ticket.customFields), configured.rule) : configured.rule;
    const approvers = await eligible(tx, configured, ticket.requestorId, supportGroup);
    const step = { ...configured, rule, approvers };
    const actionId = await insertApproval(tx, ticket, {
      kind: 'approval',
      position,
      step,
      key: `${number}/${key}`,
      now,
    });
    await mailAsked(tx, ticket, actionId, 'approval_request', {}, now);
    return { kind: 'opened', actionId };
  });

/**
 * What a process that was lost with Temporal's data had asked: while an approval of it waits, the process in its place goes on with that
 * one, and with the accepted steps before it. Nobody is asked twice.
 */
const findLeftApproval = async (tx: Tx, ticketId: number, position: number): Promise<number | undefined> => {
  const ofTicket = and(eq(approvals.ticketId, ticketId), eq(approvals.kind, 'approval'));
  const [waiting] = await tx
    .select({ position: approvals.position })
    .from(approvals)
    .where(and(ofTicket, eq(approvals.state, 'waiting'), gte(approvals.position, position)));
  if (waiting === undefined) return undefined;
  const [step] = await tx
    .select({ actionId: approvals.actionId })
    .from(approvals)
    .where(and(ofTicket, eq(approvals.position, position)))
    .orderBy(desc(approvals.actionId))
    .limit(1);
  return step?.actionId;
};

const eligible = async (
  tx: Tx,
  { approvers, escalateTo }: ApprovalStep,
  requestorId: number,
  supportGroup: string | null,
): Promise<readonly number[]> => {
  const others = approvers.filter((id) => id !== requestorId);
  if (others.length > 0) return others;
  if (escalateTo !== null && escalateTo !== requestorId) return [escalateTo];
  if (supportGroup === null) return [];
  const people = await tx
    .select({ id: employeeGroups.employeeId })
    .from(employeeGroups)
    .where(eq(employeeGroups.groupName, supportGroup));
  return people.map(({ id }) => id).filter((id) => id !== requestorId);
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
    const actionId = await insertApproval(tx, ticket, { kind: 'confirmation', position: 0, step, key, now });
    await mailAsked(tx, ticket, actionId, 'solution_confirmation', {}, now);
  });

const insertApproval = async (
  tx: Tx,
  ticket: Ticket,
  given: { kind: ApprovalKind; position: number; step: ApprovalStep; key: string; now: string },
): Promise<number> => {
  const { kind, position, step, key, now } = given;
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
    .select({ id: approvalRequests.id, employeeId: approvalRequests.employeeId, delegateId: delegations.delegateId })
    .from(approvalRequests)
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
    asked.flatMap(({ id, employeeId, delegateId }) =>
      [employeeId, delegateId].filter((person) => person !== null).map((person) => [`${id}/${person}`, { id, person }]),
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
    if (escalateTo === null || escalateTo === ticket.requestorId) return;
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
    await tx.update(approvals).set({ state: 'expired', decidedAt: now }).where(eq(approvals.actionId, actionId));
    const text = `Action ${actionId} expired, which counts as ${approval.step.onExpiry}.`;
    await tx.insert(actions).values({ ticketId: ticket.id, kind: 'decision', text, at: now });
    await logStep(tx, ticket, 'EXPIRE', approval.step.onExpiry, text, now);
    await mailDecision(tx, ticket, actionId, { outcome: approval.step.onExpiry, approver: '', comment: '' }, now);
  });

/** Voids what still waits on a ticket that was solved, reopened or closed meanwhile. */
export const withdrawApprovals = async (
  tx: Tx,
  ticket: { readonly id: number; readonly number: string },
  now: string,
): Promise<void> => {
  const withdrawn = await tx
    .update(approvals)
    .set({ state: 'withdrawn', decidedAt: now })
    .where(and(eq(approvals.ticketId, ticket.id), eq(approvals.state, 'waiting')))
    .returning({ actionId: approvals.actionId });
  for (const { actionId } of withdrawn) await tellApproval(tx, ticket.number, actionId, now);
};

/** Word for the approval's workflow, if it has one. */
export const tellApproval = async (tx: Tx, ticketNumber: string, actionId: number, now: string): Promise<void> => {
  await tx
    .insert(workflowOutbox)
    .values({ kind: 'approval_changed', ticketNumber, payload: { actionId }, createdAt: now });
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
