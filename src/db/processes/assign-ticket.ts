import { eq } from 'drizzle-orm';
import { readStanding } from '../approvals/rounds.ts';
import { mailGroup } from '../outgoing/mail-group.ts';
import type { Db } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { actions, categories, tickets } from '../schema/index.ts';

/**
 * Gives the ticket to the support group of its category and tells its people. Nothing happens when they have it already, or when it is
 * not approved.
 */
export const assignTicket = (db: Db, number: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const [found] = await tx
      .select({ ticket: tickets, supportGroup: categories.supportGroup, steps: categories.approvalSteps })
      .from(tickets)
      .innerJoin(categories, eq(categories.id, tickets.categoryId))
      .where(eq(tickets.number, number))
      .for('update', { of: tickets });
    if (found === undefined) return;
    const { ticket, steps, supportGroup } = found;
    if (ticket.assignedGroup === supportGroup || (await readStanding(tx, ticket, steps)) !== 'approved') return;
    const { id } = ticket;
    await tx.update(tickets).set({ assignedGroup: supportGroup, updatedAt: now }).where(eq(tickets.id, id));
    if (supportGroup === null) return;
    const text = `Assigned to ${supportGroup}.`;
    await tx.insert(actions).values({ ticketId: id, kind: 'assignment', text, at: now });
    await appendLog(tx, {
      at: now,
      level: 'info',
      operation: 'ASSIGN',
      ticketNumber: number,
      who: 'process',
      result: 'assigned',
      reason: text,
    });
    await mailGroup(tx, id, { kind: 'assignment', tags: {}, now });
  });
