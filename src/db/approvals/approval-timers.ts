import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import {
  planEscalation,
  planExpiry,
  planLateAsking,
  planReminder,
  planUndelivered,
  type TimedApproval,
  type TimerPlan,
} from '../../domain/approvals/timers.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, approvalRequests, approvals, categories, tickets } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { mailAsked, mailDecision } from './approval-mails.ts';
import { listGroupPeople } from './group-people.ts';
import { tellApproval, voidRound } from './rounds.ts';

type Ticket = typeof tickets.$inferSelect;

interface Loaded {
  readonly ticket: Ticket;
  readonly supportGroup: string | null;
  readonly approval: TimedApproval;
}

/** An approval under the lock of its ticket. */
const lockApproval = async (tx: Tx, actionId: number): Promise<Loaded | undefined> => {
  const [found] = await tx
    .select({ ticket: tickets, supportGroup: categories.supportGroup })
    .from(approvals)
    .innerJoin(tickets, eq(tickets.id, approvals.ticketId))
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .where(eq(approvals.actionId, actionId))
    .for('update', { of: tickets });
  if (found === undefined) return undefined;
  // Read under the lock: what was read before it may be older than the decision.
  const [row] = await tx.select().from(approvals).where(eq(approvals.actionId, actionId));
  if (row === undefined) return undefined;
  const requests = await tx
    .select({ id: approvalRequests.id, employeeId: approvalRequests.employeeId, state: approvalRequests.state })
    .from(approvalRequests)
    .where(eq(approvalRequests.actionId, actionId))
    .orderBy(asc(approvalRequests.id));
  return { ...found, approval: { ...row, requests, ticket: found.ticket } };
};

/** Does all of a timer's plan. */
const applyTimer = async (tx: Tx, { ticket, approval }: Loaded, plan: TimerPlan, now: string): Promise<void> => {
  const { actionId } = approval;
  if (plan.voidsRound) await voidRound(tx, ticket, now);
  if (Object.keys(plan.approval).length > 0)
    await tx
      .update(approvals)
      .set({ ...plan.approval, ...(plan.approval.state === undefined ? {} : { decidedAt: now }) })
      .where(eq(approvals.actionId, actionId));
  if (plan.superseded.length > 0)
    await tx
      .update(approvalRequests)
      .set({ state: 'superseded' })
      .where(inArray(approvalRequests.id, [...plan.superseded]));
  const asked =
    plan.asked.length === 0
      ? []
      : await tx
          .insert(approvalRequests)
          .values(plan.asked.map((person) => ({ ...person, actionId })))
          .returning({ id: approvalRequests.id });
  if (plan.action !== null) await tx.insert(actions).values({ ...plan.action, ticketId: ticket.id, at: now });
  if (plan.log !== null)
    await appendLog(tx, {
      ...plan.log,
      at: now,
      level: 'info',
      ticketNumber: ticket.number,
      who: 'process',
      whoKind: 'system',
    });
  switch (plan.mail?.to) {
    case 'all':
      return mailAsked(tx, ticket, { actionId, kind: plan.mail.kind, now });
    case 'asked':
      for (const { id } of asked) await mailAsked(tx, ticket, { actionId, kind: plan.mail.kind, now, onlyRequest: id });
      return;
    case 'decision':
      return mailDecision(tx, ticket, { actionId, outcome: plan.mail.outcome, now });
    case undefined:
      return;
  }
};

const timer =
  (plan: (approval: TimedApproval, now: string) => TimerPlan | null) =>
  (db: Db, actionId: number, now: string): Promise<void> =>
    db.transaction(async (tx) => {
      const loaded = await lockApproval(tx, actionId);
      const planned = loaded === undefined ? null : plan(loaded.approval, now);
      if (loaded !== undefined && planned !== null) await applyTimer(tx, loaded, planned, now);
    });

/** Reminds those who have not answered, when it is time, and sets the next time. */
export const remindApprovers = timer(planReminder);

/** Asks the step's `escalateTo` in place of those who have not answered, when it is time. */
export const escalateApproval = timer(planEscalation);

/** Asks the step's `escalateTo` in place of somebody whose mail came back, and tells the approval's workflow. */
export const escalateUndelivered = async (
  tx: Tx,
  { actionId, requestId, now }: { readonly actionId: number; readonly requestId: number; readonly now: string },
): Promise<void> => {
  const loaded = await lockApproval(tx, actionId);
  const planned = loaded === undefined ? null : planUndelivered(loaded.approval, requestId);
  if (loaded === undefined || planned === null) return;
  await applyTimer(tx, loaded, planned, now);
  await tellApproval(tx, loaded.ticket.number, actionId, now);
};

/** Ends an approval that nobody decided in time, as its step says. */
export const expireApproval = timer(planExpiry);

/** Approvals that wait with nobody to ask, at most so many, the oldest first. */
const longestList = 100;

/**
 * Asks where nobody could be asked and somebody may decide by now: people were added to the support group, or it is another one. Its
 * approvals' workflows are told.
 */
export const askWhereNobodyWas = async (db: Db, now: string): Promise<void> => {
  const waiting = await db
    .select({ actionId: approvals.actionId })
    .from(approvals)
    .where(
      and(
        eq(approvals.state, 'waiting'),
        eq(approvals.kind, 'approval'),
        sql`not exists (select from ${approvalRequests} where ${approvalRequests.actionId} = ${approvals.actionId})`,
      ),
    )
    .orderBy(asc(approvals.actionId))
    .limit(longestList);
  for (const { actionId } of waiting)
    await db.transaction(async (tx) => {
      const loaded = await lockApproval(tx, actionId);
      if (loaded === undefined) return;
      const plan = planLateAsking(loaded.approval, await listGroupPeople(tx, loaded.supportGroup), now);
      if (plan === null) return;
      await applyTimer(tx, loaded, plan, now);
      await tellApproval(tx, loaded.ticket.number, actionId, now);
    });
};
