import { and, asc, eq, inArray } from 'drizzle-orm';
import { outcomeOf } from '../../domain/approvals/approval.ts';
import type { ApprovalSnapshot } from '../../domain/approvals/approval-snapshot.ts';
import { approvalRequests, approvals, tickets } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';

/** Throws NotFoundError. */
export const findApprovalSnapshot = async (db: Db | Tx, actionId: number): Promise<ApprovalSnapshot> => {
  const [found] = await db
    .select({ approval: approvals, state: tickets.state })
    .from(approvals)
    .innerJoin(tickets, eq(tickets.id, approvals.ticketId))
    .where(eq(approvals.actionId, actionId));
  if (found === undefined) throw new NotFoundError(`There is no approval ${actionId}.`);
  const { approval } = found;
  const asked = await db
    .select({ id: approvalRequests.employeeId })
    .from(approvalRequests)
    .where(and(eq(approvalRequests.actionId, actionId), inArray(approvalRequests.state, ['asked', 'information'])))
    .orderBy(asc(approvalRequests.id));
  const { state, step, remindAt, escalateAt, expiresAt } = approval;
  return {
    state,
    outcome: outcomeOf(state, step.onExpiry),
    asked: asked.map(({ id }) => id),
    onHold: found.state === 'on_hold',
    remindAt,
    escalateAt,
    expiresAt,
  };
};
