import { and, eq } from 'drizzle-orm';
import { escalationAt } from '../../domain/processes/event.ts';
import type { Db } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, categories, tickets, workflowOutbox } from '../schema/index.ts';
import { dayIn, nextTicketNumber } from '../tickets/ticket-counters.ts';

/**
 * Makes an incident of an open event whose count or time has come (spec §9), in the category that the event's own names; once: the
 * incident names the event as related. Answers its number; null when there is nothing to escalate.
 */
export const escalateEvent = (db: Db, number: string, now: string, timeZone: string): Promise<string | null> =>
  db.transaction(async (tx) => {
    const [event] = await tx
      .select({ ticket: tickets, escalation: categories.escalation })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(and(eq(tickets.number, number), eq(tickets.type, 'E')))
      .for('update', { of: tickets });
    if (event?.escalation == null || event.ticket.state !== 'registered') return null;
    const { ticket, escalation } = event;
    const at = escalationAt(escalation, ticket);
    if (at === null || at > now) return null;
    const [incidentCategory] = await tx.select().from(categories).where(eq(categories.id, escalation.categoryId));
    const [earlier] = await tx
      .select({ number: tickets.number })
      .from(tickets)
      .where(and(eq(tickets.relatedTo, number), eq(tickets.type, 'I')));
    if (incidentCategory?.ticketType !== 'I' || earlier !== undefined) return null;

    const incident = await nextTicketNumber(tx, 'I', dayIn(timeZone, now));
    const [created] = await tx
      .insert(tickets)
      .values({
        ...registrationOf(ticket),
        number: incident,
        type: 'I',
        state: 'registered',
        process: incidentCategory.process,
        categoryId: incidentCategory.id,
        relatedTo: number,
        createdAt: now,
        updatedAt: now,
      })
      .returning({ id: tickets.id });
    if (created === undefined) throw new Error('An insert returned no row.');
    const times = ticket.occurrences === 1 ? 'once' : `${ticket.occurrences} times`;
    await tx.insert(actions).values([
      {
        ticketId: created.id,
        kind: 'registration',
        text: `Made of the event ${number}, which came ${times}.`,
        at: now,
      },
      { ticketId: ticket.id, kind: 'escalation', text: `Made an incident: ${incident}.`, at: now },
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
      result: 'created',
      reason: `${number} came ${times} and is now the incident ${incident}.`,
    });
    return incident;
  });

/** What an event and its incident have in common. */
const registrationOf = ({
  requestorId,
  recipientId,
  mailboxId,
  title,
  description,
  occurredAt,
  urgency,
  impact,
  severity,
  priority,
  assetId,
  assetText,
  configurationItemId,
  configurationItemText,
  origin,
  externalReference,
  customFields,
}: typeof tickets.$inferSelect) => ({
  requestorId,
  recipientId,
  mailboxId,
  title,
  description,
  occurredAt,
  urgency,
  impact,
  severity,
  priority,
  assetId,
  assetText,
  configurationItemId,
  configurationItemText,
  origin,
  externalReference,
  customFields,
});
