import { and, eq, lte, ne, sql } from 'drizzle-orm';
import { isWorkingPhase } from '../../domain/approvals/round.ts';
import { escalationAt } from '../../domain/processes/event.ts';
import type { TicketState } from '../../domain/tickets/ticket.ts';
import { beginRound, readStanding, voidRound, withdrawWaiting } from '../approvals/rounds.ts';
import { nextWarning } from './clocks.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, categories, tickets } from '../schema/index.ts';

/** What a ticket's process needs to know of it. Times are ISO 8601 UTC. */
export interface ProcessView {
  readonly state: TicketState;
  readonly title: string;
  /** Path. */
  readonly category: string;
  /** What its process is at; null at the beginning. */
  readonly phase: string | null;
  /** When it may be closed without a further word; null unless solved. */
  readonly closeAt: string | null;
  /** When the hold ends by itself; null when it does not. */
  readonly holdUntil: string | null;
  /** When the next warning of a target is due; null when there is none. */
  readonly warnAt: string | null;
  /** The category's group is another one than it is assigned to. */
  readonly toAssign: boolean;
  /** Of an event: when it is made an incident; null for never, or when it was. */
  readonly escalateAt: string | null;
  /** There is nothing to approve, or each step was accepted for what is now to be done. */
  readonly approved: boolean;
  readonly customFields: Readonly<Record<string, string>>;
}

export const findOptionalProcessView = async (db: Db, number: string): Promise<ProcessView | undefined> => {
  const [row] = await db
    .select({
      ticket: tickets,
      category: categories.path,
      steps: categories.approvalSteps,
      supportGroup: categories.supportGroup,
      escalation: categories.escalation,
      becomesIncident: sql<boolean>`exists (
        select 1 from ${categories} as other
        where other.id = (${categories.escalation}->>'categoryId')::bigint and other.ticket_type = 'I'
      )`,
      incident: sql<
        string | null
      >`(select min(incident.number) from ${tickets} as incident where incident.related_to = ${tickets.number} and incident.type = 'I')`,
    })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .where(eq(tickets.number, number));
  if (row === undefined) return undefined;
  const { ticket, category, steps, supportGroup, escalation, becomesIncident, incident } = row;
  const { state, title, phase, closeAt, holdUntil, customFields } = ticket;
  const escalates =
    ticket.type === 'E' && state === 'registered' && escalation !== null && becomesIncident && incident === null;
  const approved = (await readStanding(db, ticket, steps)) === 'approved';
  return {
    state,
    title,
    category,
    phase,
    closeAt,
    holdUntil,
    warnAt: (await nextWarning(db, number))?.at ?? null,
    toAssign: approved && ticket.assignedGroup !== supportGroup,
    escalateAt: escalates ? escalationAt(escalation, ticket) : null,
    approved,
    customFields,
  };
};

/**
 * Notes what the process is at, in the one transaction that judges whether it may be: a working phase is for a ticket that is approved,
 * and any other one stays where it is. The steps of a ticket that has none are fixed, too, as its work begins. True: it is there now.
 *
 * `from`: the phase before, undefined for any. An attempt that comes late finds another one, and leaves it.
 */
export const enterPhase = (db: Db, number: string, phase: string, from?: string | null): Promise<boolean> =>
  db.transaction(async (tx) => {
    const [found] = await tx
      .select({ ticket: tickets, steps: categories.approvalSteps })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(eq(tickets.number, number))
      .for('update', { of: tickets });
    if (found === undefined) return false;
    const { ticket, steps } = found;
    if (from !== undefined && ticket.phase !== from && ticket.phase !== phase) return false;
    if (isWorkingPhase(phase)) {
      if ((await readStanding(tx, ticket, steps)) !== 'approved') return false;
      if (ticket.approvalRound === null) await beginRound(tx, ticket, steps);
    }
    await tx.update(tickets).set({ phase }).where(eq(tickets.id, ticket.id));
    return true;
  });

/** Closes a ticket that was solved while its approval was waited for; any other stays as it is. */
export const closeWithdrawn = (db: Db, number: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const [found] = await tx
      .select({ ticket: tickets, steps: categories.approvalSteps })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(eq(tickets.number, number))
      .for('update', { of: tickets });
    if (found?.ticket.state !== 'solved') return;
    const { ticket, steps } = found;
    if ((await readStanding(tx, ticket, steps)) === 'approved') return;
    await tx.update(tickets).set({ state: 'closed', closeAt: null, updatedAt: now }).where(eq(tickets.id, ticket.id));
    await withdrawWaiting(tx, ticket, now);
    await recordClosing(tx, ticket.id, number, 'Closed: it was solved before it was approved.', now);
  });

/** Closes a ticket whose approval was refused or is void, with an action and a line in the log; a closed one stays as it is. */
export const closeRefused = (db: Db, number: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const [closed] = await tx
      .update(tickets)
      .set({ state: 'closed', closeAt: null, holdUntil: null, heldSince: null, updatedAt: now })
      .where(and(eq(tickets.number, number), ne(tickets.state, 'closed')))
      .returning({ id: tickets.id });
    if (closed === undefined) return;
    // Reopened, it is asked for anew.
    await voidRound(tx, { id: closed.id, number }, now);
    await withdrawWaiting(tx, { id: closed.id, number }, now);
    await recordClosing(tx, closed.id, number, 'Closed: it was not approved.', now);
  });

/**
 * Closes the ticket if it is solved and its time has come, with an action and a line in the log; otherwise leaves it as it is.
 * Returns the state afterwards; undefined when there is no such ticket.
 */
export const closeSolvedTicket = (db: Db, number: string, now: string): Promise<TicketState | undefined> =>
  db.transaction(async (tx) => {
    const [closed] = await tx
      .update(tickets)
      .set({ state: 'closed', closeAt: null, updatedAt: now })
      .where(and(eq(tickets.number, number), eq(tickets.state, 'solved'), lte(tickets.closeAt, now)))
      .returning({ id: tickets.id });
    if (closed === undefined) {
      const [row] = await tx.select({ state: tickets.state }).from(tickets).where(eq(tickets.number, number));
      return row?.state;
    }
    await withdrawWaiting(tx, { id: closed.id, number }, now);
    await recordClosing(tx, closed.id, number, 'Closed: nobody objected to the solution in time.', now);
    return 'closed';
  });

const recordClosing = async (tx: Tx, ticketId: number, number: string, text: string, now: string): Promise<void> => {
  await tx.insert(actions).values({ ticketId, kind: 'closing', text, at: now });
  await appendLog(tx, {
    at: now,
    level: 'info',
    operation: 'CLOSE',
    ticketNumber: number,
    who: 'process',
    result: 'closed',
    reason: text,
  });
};
