import { and, eq } from 'drizzle-orm';
import { promotionOf } from '../../domain/processes/event.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, categories, tickets, workflowOutbox } from '../schema/index.ts';
import type { Db } from '../shared/connect.ts';
import { dayIn, nextTicketNumber } from '../tickets/ticket-counters.ts';
import { insertTicket } from '../tickets/ticket-state.ts';

/**
 * Makes an incident of an open event whose count or time has come (spec §9), in the category that the event's own names; once: the
 * incident names the event as related. Gives its number; null when there is nothing to promote.
 */
export const promoteEvent = (db: Db, number: string, now: string, timeZone: string): Promise<string | null> =>
  db.transaction(async (tx) => {
    const [event] = await tx
      .select({ ticket: tickets, escalation: categories.escalation })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(and(eq(tickets.number, number), eq(tickets.type, 'E')))
      .for('update', { of: tickets });
    if (event?.escalation == null) return null;
    const { ticket, escalation } = event;
    const [category] = await tx.select().from(categories).where(eq(categories.id, escalation.categoryId));
    const [earlier] = await tx
      .select({ number: tickets.number })
      .from(tickets)
      .where(and(eq(tickets.relatedTo, number), eq(tickets.type, 'I')));
    if (category === undefined) return null;
    const promotion = promotionOf(
      { ...ticket, escalation, leadsToIncident: category.ticketType === 'I', hasIncident: earlier !== undefined },
      category,
      now,
    );
    if (promotion === null) return null;

    const incident = await nextTicketNumber(tx, 'I', dayIn(timeZone, now));
    const id = await insertTicket(tx, { ...promotion.incident, number: incident }, now);
    const texts = promotion.textsFor(incident);
    await tx.insert(actions).values([
      { ticketId: id, kind: 'registration', text: promotion.registration, at: now },
      { ticketId: ticket.id, kind: 'escalation', text: texts.action, at: now },
    ]);
    await tx
      .insert(workflowOutbox)
      .values({ kind: 'start_ticket', ticketNumber: incident, payload: { event: number }, createdAt: now });
    await appendLog(tx, {
      at: now,
      level: 'warning',
      operation: 'ESCALATE',
      ticketNumber: number,
      who: 'process',
      whoKind: 'system',
      result: 'created',
      reason: texts.log,
    });
    return incident;
  });
