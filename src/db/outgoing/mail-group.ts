import { eq } from 'drizzle-orm';
import { employeeGroups, tickets } from '../schema/index.ts';
import type { Tx } from '../shared/connect.ts';
import { enqueueMail } from './outbox.ts';

/** A larger group reads its tickets elsewhere. */
const largestGroupMailed = 50;

/** One mail to each person of the group that the ticket is assigned to. */
export const mailGroup = async (
  tx: Tx,
  ticketId: number,
  mail: {
    readonly kind: 'assignment' | 'target_warning' | 'information_request';
    readonly actionId?: number;
    readonly tags: Readonly<Record<string, string>>;
    readonly now: string;
  },
): Promise<void> => {
  const people = await tx
    .select({ employeeId: employeeGroups.employeeId })
    .from(employeeGroups)
    .innerJoin(tickets, eq(tickets.assignedGroup, employeeGroups.groupName))
    .where(eq(tickets.id, ticketId))
    .orderBy(employeeGroups.employeeId)
    .limit(largestGroupMailed);
  for (const { employeeId } of people) await enqueueMail(tx, { ...mail, to: { employeeId }, ticketId });
};
