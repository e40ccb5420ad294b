import { and, asc, eq, sql } from 'drizzle-orm';
import { mayDecide } from '../../domain/approvals/who-decides.ts';
import type { OutgoingKind } from '../../domain/outgoing/outgoing.ts';
import { enqueueMail } from '../outgoing/outbox.ts';
import { approvalRequests, approvals, delegations, type tickets } from '../schema/index.ts';
import type { Tx } from '../shared/connect.ts';

type Ticket = Pick<typeof tickets.$inferSelect, 'id' | 'requestorId' | 'recipientId'>;

/** One mail to each whose answer is waited for, and to those who may answer in their place today. */
export const mailAsked = async (
  tx: Tx,
  ticket: Ticket,
  {
    actionId,
    kind,
    tags = {},
    now,
    onlyRequest,
  }: {
    readonly actionId: number;
    readonly kind: Exclude<OutgoingKind, 'redirect'>;
    readonly tags?: Readonly<Record<string, string>>;
    readonly now: string;
    /** Id of the one request that is mailed; absent: all of the approval. */
    readonly onlyRequest?: number;
  },
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

/** What became of an approval, to the requestor. */
export const mailDecision = async (
  tx: Tx,
  ticket: Ticket,
  {
    actionId,
    outcome,
    approver = '',
    comment = '',
    now,
  }: {
    readonly actionId: number;
    readonly outcome: string;
    /** Name; empty when nobody decided. */
    readonly approver?: string;
    readonly comment?: string;
    readonly now: string;
  },
): Promise<void> => {
  await enqueueMail(tx, {
    kind: 'decision',
    to: { employeeId: ticket.requestorId },
    ticketId: ticket.id,
    actionId,
    tags: { OUTCOME: outcome, APPROVER: approver, COMMENT: comment },
    now,
  });
};
