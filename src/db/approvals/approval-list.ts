import { asc, desc, eq, inArray } from 'drizzle-orm';
import type {
  ApprovalKind,
  ApprovalRequestState,
  ApprovalRule,
  ApprovalState,
} from '../../domain/approvals/approval.ts';
import type { Choice } from '../../domain/messages/instruction.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { approvalRequests, approvals, employees, outbox, type outboxStates } from '../schema/index.ts';

type OutboxState = (typeof outboxStates)[number];

/** An approval of a ticket as administrators see it. Times are ISO 8601 UTC. */
export interface ApprovalEntry {
  readonly actionId: number;
  readonly kind: ApprovalKind;
  readonly state: ApprovalState;
  readonly rule: ApprovalRule;
  readonly askedAt: string;
  readonly expiresAt: string;
  readonly decidedAt: string | null;
  readonly asked: readonly {
    readonly employee: { readonly id: number; readonly name: string };
    readonly state: ApprovalRequestState;
    readonly comment: string;
    readonly chosenAt: string | null;
    /** What became of the last mail to this person about it; null before there is one. */
    readonly mail: { readonly state: OutboxState; readonly problem: string | null } | null;
    /** A choice that waits to be confirmed. */
    readonly pending: { readonly choice: Choice; readonly since: string } | null;
  }[];
}

/** In the order in which they were asked for. */
export const listApprovals = async (db: Db | Tx, ticketId: number): Promise<ApprovalEntry[]> => {
  const rows = await db
    .select()
    .from(approvals)
    .where(eq(approvals.ticketId, ticketId))
    .orderBy(asc(approvals.actionId));
  if (rows.length === 0) return [];
  const requests = await db
    .select({ request: approvalRequests, name: employees.name })
    .from(approvalRequests)
    .innerJoin(employees, eq(employees.id, approvalRequests.employeeId))
    .where(
      inArray(
        approvalRequests.actionId,
        rows.map(({ actionId }) => actionId),
      ),
    )
    .orderBy(asc(approvalRequests.id));
  const mails = await db
    .selectDistinctOn([outbox.approvalRequestId], {
      requestId: outbox.approvalRequestId,
      state: outbox.state,
      problem: outbox.lastError,
    })
    .from(outbox)
    .where(
      inArray(
        outbox.approvalRequestId,
        requests.map(({ request }) => request.id),
      ),
    )
    .orderBy(asc(outbox.approvalRequestId), desc(outbox.id));
  return rows.map(({ actionId, kind, state, step, askedAt, expiresAt, decidedAt }) => ({
    actionId,
    kind,
    state,
    rule: step.rule,
    askedAt,
    expiresAt,
    decidedAt,
    asked: requests
      .filter(({ request }) => request.actionId === actionId)
      .map(({ request, name }) => ({
        employee: { id: request.employeeId, name },
        state: request.state,
        comment: request.comment,
        chosenAt: request.chosenAt,
        mail: mailOf(mails.find(({ requestId }) => requestId === request.id)),
        pending:
          state !== 'waiting' || request.pendingChoice === null || request.pendingSince === null
            ? null
            : { choice: request.pendingChoice, since: request.pendingSince },
      })),
  }));
};

const mailOf = (
  mail: { readonly state: OutboxState; readonly problem: string | null } | undefined,
): ApprovalEntry['asked'][number]['mail'] => (mail === undefined ? null : { state: mail.state, problem: mail.problem });
