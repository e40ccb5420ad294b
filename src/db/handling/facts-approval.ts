import { hashToken } from '../shared/random-token.ts';
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { ApprovalFacts } from '../../domain/approvals/approval.ts';
import type { Facts } from '../../domain/handling/facts.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { approvalRequests, approvals, approvalTokens, delegations, employees, tickets } from '../schema/index.ts';

/** The approval of a ticket that a mail is about: the one that its ACTION_ID names, else the one that waits, else the last one. */
export const readApprovalFacts = async (
  tx: Db | Tx,
  ticketId: number,
  { actionId, now }: { readonly actionId: string | null; readonly now: string },
): Promise<ApprovalFacts | null> => {
  const named = actionId !== null && /^\d{1,15}$/.test(actionId) ? Number(actionId) : null;
  if (actionId !== null && named === null) return null;
  const [approval] = await tx
    .select()
    .from(approvals)
    .where(and(eq(approvals.ticketId, ticketId), named === null ? undefined : eq(approvals.actionId, named)))
    .orderBy(desc(sql`${approvals.state} = 'waiting'`), desc(approvals.actionId))
    .limit(1);
  if (approval === undefined) return null;
  const requests = await tx
    .select({
      id: approvalRequests.id,
      employeeId: approvalRequests.employeeId,
      state: approvalRequests.state,
      name: employees.name,
      chosenAt: approvalRequests.chosenAt,
      delegates: sql<number[]>`coalesce((
        select jsonb_agg(${delegations.delegateId} order by ${delegations.delegateId}) from ${delegations}
        where ${delegations.employeeId} = ${approvalRequests.employeeId}
          and ${now}::timestamptz between ${delegations.startsAt} and ${delegations.endsAt}
      ), '[]')`,
    })
    .from(approvalRequests)
    .innerJoin(employees, eq(employees.id, approvalRequests.employeeId))
    .where(eq(approvalRequests.actionId, approval.actionId))
    .orderBy(asc(approvalRequests.id));
  const { kind, state, step, decidedAt } = approval;
  const last = requests
    .filter((request) => request.chosenAt !== null && request.state === state)
    .toSorted((a, b) => (b.chosenAt ?? '').localeCompare(a.chosenAt ?? ''))[0];
  return {
    ...{ actionId: approval.actionId, kind, state, rule: step.rule },
    requests: requests.map(({ id, employeeId, state: answer, delegates }) => ({
      id,
      employeeId,
      state: answer,
      delegates,
    })),
    decision: decidedAt === null ? null : { by: last?.name ?? null, at: decidedAt },
  };
};

export const readTokenFacts = async (tx: Db | Tx, token: string, now: string): Promise<Facts['token']> => {
  const [found] = await tx
    .select({
      actionId: approvalRequests.actionId,
      requestId: approvalRequests.id,
      // A held ticket's approval waits on, whatever its hour.
      used: sql<boolean>`${approvalTokens.usedAt} is not null
        or (${approvals.expiresAt} <= ${now}::timestamptz and ${tickets.state} <> 'on_hold')`,
    })
    .from(approvalTokens)
    .innerJoin(approvalRequests, eq(approvalRequests.id, approvalTokens.requestId))
    .innerJoin(approvals, eq(approvals.actionId, approvalRequests.actionId))
    .innerJoin(tickets, eq(tickets.id, approvals.ticketId))
    .where(eq(approvalTokens.hash, hashToken(token)));
  return found ?? null;
};
