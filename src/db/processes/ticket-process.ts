import { eq } from 'drizzle-orm';
import { isWorkingPhase } from '../../domain/approvals/round.ts';
import { mayEnter } from '../../domain/processes/begin-work.ts';
import { type ClosingCause, planClosing } from '../../domain/tickets/closing.ts';
import { beginRound, nextRoundOf, readStanding, voidRound, withdrawWaiting } from '../approvals/rounds.ts';
import type { Db } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, categories, tickets } from '../schema/index.ts';
import { setTicketState } from '../tickets/ticket-state.ts';

/**
 * Notes what the process is at, in the one transaction that judges whether it may be: a working phase is for a ticket that is approved,
 * and any other one stays where it is. The steps of a ticket that has none are fixed, too, as its work begins. `from` keeps out an attempt
 * that comes late (`mayEnter`).
 */
export const enterPhase = (db: Db, number: string, phase: string, from?: string | null): Promise<void> =>
  db.transaction(async (tx) => {
    const [found] = await tx
      .select({ ticket: tickets, steps: categories.approvalSteps })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(eq(tickets.number, number))
      .for('update', { of: tickets });
    if (found === undefined) return;
    const { ticket, steps } = found;
    if (!mayEnter(ticket.phase, { phase, from })) return;
    if (isWorkingPhase(phase)) {
      if ((await readStanding(tx, ticket, steps)) !== 'approved') return;
      if (ticket.approvalRound === null) await beginRound(tx, ticket.id, await nextRoundOf(tx, ticket, steps));
    }
    await tx.update(tickets).set({ phase }).where(eq(tickets.id, ticket.id));
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
      whoKind: 'system',
      result: 'closed',
      reason: closing.text,
    });
  });
