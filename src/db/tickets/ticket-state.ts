import { eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import {
  initialState,
  standingAfter,
  type TicketStanding,
  type TicketTransition,
} from '../../domain/tickets/transitions.ts';
import { tickets } from '../schema/index.ts';
import type { Tx } from '../shared/connect.ts';
import { insertRows } from '../shared/sets.ts';

type Ticket = typeof tickets.$inferSelect;

/** Columns that follow from the state machine, and that nothing else writes. */
type StandingColumn = keyof TicketStanding;

/**
 * The one writer of a ticket's state, by the table in `src/domain/tickets/transitions.ts`. The caller holds the row's lock and gives the
 * row as it is under the lock; `also` are other columns that change in the same statement.
 * Gives the new standing; null when the table has no way, and then nothing is written.
 */
export const setTicketState = async (
  tx: Tx,
  before: Pick<Ticket, 'id' | StandingColumn>,
  transition: TicketTransition,
  { now, also = {} }: { readonly now: string; readonly also?: Omit<PgUpdateSetSource<typeof tickets>, StandingColumn> },
): Promise<TicketStanding | null> => {
  const { state, holdUntil, heldSince, solvedAt, closeAt } = before;
  const standing = standingAfter({ state, holdUntil, heldSince, solvedAt, closeAt }, transition);
  if (standing === null) return null;
  await tx
    .update(tickets)
    .set({ ...also, ...standing, updatedAt: now })
    .where(eq(tickets.id, before.id));
  return standing;
};

/** A new ticket in its first state, under a number that `nextTicketNumber` gave. Gives its id. */
export const insertTicket = async (
  tx: Tx,
  ticket: Omit<typeof tickets.$inferInsert, StandingColumn | 'createdAt' | 'updatedAt'>,
  now: string,
): Promise<number> => {
  const [created] = await tx
    .insert(tickets)
    .values({ ...ticket, state: initialState, createdAt: now, updatedAt: now })
    .returning({ id: tickets.id });
  if (created === undefined) throw new Error('An insert returned no row.');
  return created.id;
};

/** As `insertTicket`, for many by one statement. Gives their ids by their numbers. */
export const insertTickets = async (
  tx: Tx,
  rows: readonly Parameters<typeof insertTicket>[1][],
  now: string,
): Promise<ReadonlyMap<string, number>> => {
  const inserted = await insertRows(
    tx,
    tickets,
    rows.map((ticket) => ({ ...ticket, state: initialState, createdAt: now, updatedAt: now })),
    sql`returning id, number`,
  );
  return new Map(inserted.map((row) => [String(row['number']), Number(row['id'])]));
};
