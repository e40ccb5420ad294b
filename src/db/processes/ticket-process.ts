import { eq, sql } from 'drizzle-orm';
import { isWorkingPhase } from '../../domain/approvals/round.ts';
import { promotionAt } from '../../domain/processes/event.ts';
import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';
import { type ClosingCause, planClosing } from '../../domain/tickets/closing.ts';
import { beginRound, nextRoundOf, readStanding, voidRound, withdrawWaiting } from '../approvals/rounds.ts';
import { nextWarning } from './clocks.ts';
import type { Db } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, categories, tickets } from '../schema/index.ts';
import { setTicketState } from '../tickets/ticket-state.ts';

/** A ticket as its process reads it, with the fields from which a change's window is read. */
export interface StoredTicketSnapshot extends Required<Omit<TicketSnapshot, 'windowStart' | 'windowEnd'>> {
  readonly customFields: Readonly<Record<string, string>>;
}

export const findOptionalTicketSnapshot = async (db: Db, number: string): Promise<StoredTicketSnapshot | undefined> => {
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
  const escalateAt = promotionAt({
    ...ticket,
    escalation,
    leadsToIncident: becomesIncident,
    hasIncident: incident !== null,
  });
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
    escalateAt,
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
      if (ticket.approvalRound === null) await beginRound(tx, ticket.id, await nextRoundOf(tx, ticket, steps));
    }
    await tx.update(tickets).set({ phase }).where(eq(tickets.id, ticket.id));
    return true;
  });

/**
 * Closes the ticket if the cause is one for it as it stands, with an action and a line in the log. Idempotent: a closed ticket, and one
 * whose time has not come, stay as they are.
 */
export const closeTicket = (db: Db, number: string, cause: ClosingCause, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const [found] = await tx
      .select({ ticket: tickets, steps: categories.approvalSteps })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(eq(tickets.number, number))
      .for('update', { of: tickets });
    if (found === undefined) return;
    const { ticket, steps } = found;
    const approved = cause === 'withdrawn' && (await readStanding(tx, ticket, steps)) === 'approved';
    const closing = planClosing(cause, { state: ticket.state, closeAt: ticket.closeAt, approved }, now);
    if (closing === null) return;
    await setTicketState(tx, ticket, { name: closing.transition }, { now });
    if (closing.voidsApproval) await voidRound(tx, ticket, now);
    await withdrawWaiting(tx, ticket, now);
    await tx.insert(actions).values({ ticketId: ticket.id, kind: 'closing', text: closing.text, at: now });
    await appendLog(tx, {
      at: now,
      level: 'info',
      operation: 'CLOSE',
      ticketNumber: number,
      who: 'process',
      result: 'closed',
      reason: closing.text,
    });
  });
