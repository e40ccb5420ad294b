import { and, eq, lte } from 'drizzle-orm';
import type { TicketState } from '../domain/ticket.ts';
import type { Db } from './connect.ts';
import { actions, categories, operationLog, tickets } from './schema/index.ts';

/** What a ticket's process needs to know of it. Times are ISO 8601 UTC. */
export interface ProcessView {
  readonly state: TicketState;
  readonly title: string;
  /** Path. */
  readonly category: string;
  /** When it may be closed without a further word; null unless solved. */
  readonly closeAt: string | null;
}

export const findOptionalProcessView = async (db: Db, number: string): Promise<ProcessView | undefined> => {
  const [row] = await db
    .select({ state: tickets.state, title: tickets.title, category: categories.path, closeAt: tickets.closeAt })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .where(eq(tickets.number, number));
  return row;
};

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
    const text = 'Closed: nobody objected to the solution in time.';
    await tx.insert(actions).values({ ticketId: closed.id, kind: 'closing', text, at: now });
    await tx.insert(operationLog).values({
      at: now,
      level: 'info',
      operation: 'CLOSE',
      ticketNumber: number,
      who: 'process',
      result: 'closed',
      reason: text,
    });
    return 'closed';
  });
