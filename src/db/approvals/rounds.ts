import { createHash } from 'node:crypto';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { ApprovalStep } from '../../domain/approvals/approval.ts';
import { outcomeOf } from '../../domain/approvals/approval.ts';
import {
  type ApprovalGround,
  type ApprovalRound,
  type ApprovalStanding,
  approvalStanding,
  askedFor,
  isWorkingPhase,
  sameSteps,
  stepsFor,
} from '../../domain/approvals/round.ts';
import { isOver } from '../../domain/tickets/ticket.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, approvals, categories, tickets, workflowOutbox } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';

type Ticket = typeof tickets.$inferSelect;

/** SHA-256, hex, of what approvers decide about. */
const fingerprintOf = (ticket: Ticket): string => createHash('sha256').update(askedFor(ticket)).digest('hex');

/** What the invariant of approvals is judged by; `steps` are those of the ticket's present category. */
const readGround = async (db: Db | Tx, ticket: Ticket, steps: readonly ApprovalStep[]): Promise<ApprovalGround> => {
  const { id, approvalRound: round } = ticket;
  const asked =
    round === null || round.steps.length === 0
      ? []
      : await db
          .select({ position: approvals.position, state: approvals.state, step: approvals.step })
          .from(approvals)
          .where(and(eq(approvals.ticketId, id), eq(approvals.kind, 'approval'), eq(approvals.round, round.number)))
          .orderBy(asc(approvals.actionId));
  return {
    steps: stepsFor(ticket, steps),
    round,
    fingerprint: fingerprintOf(ticket),
    decisions: asked.map(({ position, state, step }) => ({ position, outcome: outcomeOf(state, step.onExpiry) })),
  };
};

/** Where the approval of a ticket stands. A caller that goes by it holds the ticket's row lock. */
export const readStanding = async (
  db: Db | Tx,
  ticket: Ticket,
  steps: readonly ApprovalStep[],
): Promise<ApprovalStanding> => approvalStanding(await readGround(db, ticket, steps));

/** What is asked when a new round begins now: the steps of the category, and what they decide about. */
export const nextRoundOf = async (
  db: Db | Tx,
  ticket: Ticket,
  steps: readonly ApprovalStep[],
): Promise<ApprovalRound> => {
  const [last] = await db
    .select({ round: sql<number>`coalesce(max(${approvals.round}), 0)` })
    .from(approvals)
    .where(eq(approvals.ticketId, ticket.id));
  return { number: (last?.round ?? 0) + 1, steps: stepsFor(ticket, steps), fingerprint: fingerprintOf(ticket) };
};

/** Fixes what is asked from now on, in place of any round before. */
export const beginRound = async (tx: Tx, ticketId: number, round: ApprovalRound): Promise<void> => {
  await tx.update(tickets).set({ approvalRound: round }).where(eq(tickets.id, ticketId));
};

/** What was asked counts no longer: what waits is withdrawn, and the next question is a new round. */
export const voidRound = async (tx: Tx, ticket: Pick<Ticket, 'id' | 'number'>, now: string): Promise<void> => {
  await tx.update(tickets).set({ approvalRound: null }).where(eq(tickets.id, ticket.id));
  await withdrawWaiting(tx, ticket, now, 'approval');
};

/** Withdraws what waits on the ticket, of one kind or of both, and tells the approvals. */
export const withdrawWaiting = async (
  tx: Tx,
  ticket: Pick<Ticket, 'id' | 'number'>,
  now: string,
  kind?: 'approval',
): Promise<void> => {
  const withdrawn = await tx
    .update(approvals)
    .set({ state: 'withdrawn', decidedAt: now })
    .where(
      and(
        eq(approvals.ticketId, ticket.id),
        eq(approvals.state, 'waiting'),
        kind === undefined ? undefined : eq(approvals.kind, kind),
      ),
    )
    .returning({ actionId: approvals.actionId });
  for (const { actionId } of withdrawn) await tellApproval(tx, ticket.number, actionId, now);
};

/** Word for the approval's workflow, if it has one. */
export const tellApproval = async (tx: Tx, ticketNumber: string, actionId: number, now: string): Promise<void> => {
  await tx
    .insert(workflowOutbox)
    .values({ kind: 'approval_changed', ticketNumber, payload: { actionId }, createdAt: now });
};

/**
 * Keeps the invariant of approvals after a change of a ticket, in the transaction of the change: what was asked about something else,
 * or of a ticket that ended or was reopened before all had accepted, is void; a ticket that is not approved leaves its working phase.
 * The caller holds the row's lock, and tells the process.
 */
export const keepApproval = async (
  tx: Tx,
  ticketId: number,
  { before, now }: { readonly before: Ticket; readonly now: string },
): Promise<void> => {
  const [found] = await tx
    .select({ ticket: tickets, steps: categories.approvalSteps })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .where(eq(tickets.id, ticketId));
  if (found === undefined) return;
  const { ticket, steps } = found;
  const changed = askedFor(before) !== askedFor(ticket);
  const standing = await readStanding(tx, ticket, steps);
  const isVoid =
    changed || standing === 'to_ask' || (standing !== 'approved' && isOver(before.state) !== isOver(ticket.state));
  if (ticket.approvalRound !== null && isVoid) await voidRound(tx, ticket, now);
  const approved = isVoid ? steps.length === 0 : standing === 'approved';
  if (approved || !isWorkingPhase(ticket.phase)) return;
  await tx.update(tickets).set({ phase: 'approval', assignedGroup: null }).where(eq(tickets.id, ticketId));
  const text = 'It needs an approval again: what was approved has changed, or was never approved.';
  await tx.insert(actions).values({ ticketId, kind: 'update', text, at: now });
  await appendLog(tx, {
    at: now,
    level: 'warning',
    operation: 'ASK',
    ticketNumber: ticket.number,
    who: 'process',
    whoKind: 'system',
    result: 'approval_void',
    reason: text,
  });
};

/**
 * The steps of a category were set: tickets of it whose approvers are still being asked are asked anew. One that was approved stays so.
 */
export const reaskCategory = async (
  tx: Tx,
  categoryId: number,
  steps: readonly ApprovalStep[],
  now: string,
): Promise<void> => {
  const asking = await tx
    .select()
    .from(tickets)
    .where(and(eq(tickets.categoryId, categoryId), eq(tickets.phase, 'approval'), sql`${tickets.state} <> 'closed'`))
    .orderBy(asc(tickets.id))
    .for('update');
  for (const ticket of asking) {
    const { approvalRound: round } = ticket;
    if (round === null || sameSteps(round.steps, stepsFor(ticket, steps))) continue;
    if ((await readStanding(tx, ticket, steps)) === 'approved') continue;
    await voidRound(tx, ticket, now);
    await tx
      .insert(workflowOutbox)
      .values({ kind: 'ticket_changed', ticketNumber: ticket.number, payload: {}, createdAt: now });
  }
};
