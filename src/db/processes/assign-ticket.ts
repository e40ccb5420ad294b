import { eq } from 'drizzle-orm';
import { needsAssignment } from '../../domain/processes/begin-work.ts';
import { readStanding } from '../approvals/rounds.ts';
import { appendLog } from '../log/operation-log.ts';
import { mailGroup } from '../outgoing/mail-group.ts';
import { actions, categories, tickets } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';

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
    const standing = await readStanding(tx, ticket, steps);
    if (!needsAssignment({ standing, assignedGroup: ticket.assignedGroup, supportGroup })) return;
    await tx.update(tickets).set({ assignedGroup: supportGroup, updatedAt: now }).where(eq(tickets.id, ticket.id));
    if (supportGroup !== null) await recordAssignment(tx, ticket, supportGroup, now);
  });

/** What an assignment leaves: an action, a line in the log, a mail to each of the group, which the ticket's row names already. */
export const recordAssignment = async (
  tx: Tx,
  { id, number }: { readonly id: number; readonly number: string },
  supportGroup: string,
  now: string,
): Promise<void> => {
  const text = `Assigned to ${supportGroup}.`;
  await tx.insert(actions).values({ ticketId: id, kind: 'assignment', text, at: now });
  await appendLog(tx, {
    at: now,
    level: 'info',
    operation: 'ASSIGN',
    ticketNumber: number,
    who: 'process',
    whoKind: 'system',
    result: 'assigned',
    reason: text,
  });
  await mailGroup(tx, id, { kind: 'assignment', tags: {}, now });
};
