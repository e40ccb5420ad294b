import { and, eq, type SQL } from 'drizzle-orm';
import { afterHold } from '../../domain/approvals/schedule.ts';
import { type ClockFacts, clockAfterHold, dueTimes } from '../../domain/processes/targets.ts';
import type { WorkingHours } from '../../domain/processes/working-time.ts';
import { tellApproval } from '../approvals/rounds.ts';
import { approvals, calendars, categories, tickets } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';

/** A ticket with what its clock follows from. */
export const selectClock = (db: Db | Tx) =>
  db
    .select({
      ticket: tickets,
      category: categories,
      timeZone: calendars.timeZone,
      hours: calendars.hours,
      holidays: calendars.holidays,
    })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .leftJoin(calendars, eq(calendars.id, categories.calendarId))
    .$dynamic();

type ClockRow = Awaited<ReturnType<typeof selectClock>>[number];

/** The hours of its category's calendar; null without one. */
export const hoursOf = ({ timeZone, hours, holidays }: ClockRow): WorkingHours =>
  timeZone === null || hours === null || holidays === null ? null : { timeZone, hours, holidays };

/** Null until the clock was started. */
export const clockOf = (row: ClockRow): ClockFacts | null => {
  const { clockStartedAt, heldMinutes, priority } = row.ticket;
  const { targets } = row.category;
  return clockStartedAt === null ? null : { clockStartedAt, heldMinutes, priority, targets, hours: hoursOf(row) };
};

/** Under the lock of the ticket's row. */
export const lockClock = async (tx: Tx, which: SQL): Promise<ClockRow | undefined> =>
  (await selectClock(tx).where(which).for('update', { of: tickets }))[0];

/** Computes the targets anew: after a change of priority or category. */
export const retarget = async (tx: Tx, number: string): Promise<void> => {
  const found = await lockClock(tx, eq(tickets.number, number));
  const clock = found === undefined ? null : clockOf(found);
  if (found !== undefined && clock !== null)
    await tx.update(tickets).set(dueTimes(clock)).where(eq(tickets.id, found.ticket.id));
};

/** The clocks go on after a hold: targets move by the working minutes held, a waiting approval's times by the time held. */
export const resumeClocks = async (tx: Tx, number: string, heldSince: string, now: string): Promise<void> => {
  const found = await lockClock(tx, eq(tickets.number, number));
  if (found === undefined) return;
  const held = { heldSince, now };
  const clock = clockOf(found);
  const { id } = found.ticket;
  if (clock !== null) await tx.update(tickets).set(clockAfterHold(clock, held)).where(eq(tickets.id, id));
  const waiting = await tx
    .select()
    .from(approvals)
    .where(and(eq(approvals.ticketId, id), eq(approvals.state, 'waiting')));
  for (const approval of waiting) {
    const { actionId } = approval;
    await tx.update(approvals).set(afterHold(approval, held)).where(eq(approvals.actionId, actionId));
    await tellApproval(tx, number, actionId, now);
  }
};
