import { and, eq, isNull, lte, sql } from 'drizzle-orm';
import { type ClockFacts, dueTimes, type TargetWarning, warningsOf } from '../../domain/processes/targets.ts';
import { workingMinutesBetween, type WorkingHours } from '../../domain/processes/working-time.ts';
import { isOver } from '../../domain/tickets/ticket.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { mailGroup } from '../outgoing/mail-group.ts';
import { actions, approvals, calendars, categories, tickets, ticketWarnings, workflowOutbox } from '../schema/index.ts';
import { setTicketState } from '../tickets/ticket-state.ts';

/** A ticket's clock: null `clock` until it was started. */
interface TicketClock {
  readonly ticketId: number;
  readonly state: (typeof tickets.$inferSelect)['state'];
  readonly respondedAt: string | null;
  readonly hours: WorkingHours;
  readonly clock: ClockFacts | null;
}

const selectClock = (db: Db | Tx, ticket: ReturnType<typeof eq>) =>
  db
    .select({
      ticketId: tickets.id,
      state: tickets.state,
      respondedAt: tickets.respondedAt,
      clockStartedAt: tickets.clockStartedAt,
      heldMinutes: tickets.heldMinutes,
      priority: tickets.priority,
      targets: categories.targets,
      timeZone: calendars.timeZone,
      hours: calendars.hours,
      holidays: calendars.holidays,
    })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .leftJoin(calendars, eq(calendars.id, categories.calendarId))
    .where(ticket);

type ClockRow = Awaited<ReturnType<typeof selectClock>>[number];

/** Under the row's lock. */
const lockClock = async (tx: Tx, ticket: ReturnType<typeof eq>): Promise<TicketClock | undefined> =>
  clockOf((await selectClock(tx, ticket).for('update', { of: tickets }))[0]);

const clockOf = (row: ClockRow | undefined): TicketClock | undefined => {
  if (row === undefined) return undefined;
  const { ticketId, state, respondedAt, clockStartedAt, heldMinutes, priority, targets } = row;
  const hours =
    row.timeZone === null || row.hours === null || row.holidays === null
      ? null
      : { timeZone: row.timeZone, hours: row.hours, holidays: row.holidays };
  const clock = clockStartedAt === null ? null : { clockStartedAt, heldMinutes, priority, targets, hours };
  return { ticketId, state, respondedAt, hours, clock };
};

/** Starts the targets' clock, once: a repetition leaves it as it runs. Nothing happens to a ticket that does not exist. */
export const startClocks = (db: Db, number: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    await tx
      .update(tickets)
      .set({ clockStartedAt: now })
      .where(and(eq(tickets.number, number), isNull(tickets.clockStartedAt)));
    await retarget(tx, number);
  });

/** Computes the targets anew: after a change of priority or category. */
export const retarget = async (tx: Tx, number: string): Promise<void> => {
  const found = await lockClock(tx, eq(tickets.number, number));
  if (found?.clock != null) await tx.update(tickets).set(dueTimes(found.clock)).where(eq(tickets.id, found.ticketId));
};

/** The clocks go on after a hold: targets move by the working minutes held, a waiting approval's times by the time held. */
export const resumeClocks = async (tx: Tx, number: string, heldSince: string, now: string): Promise<void> => {
  const found = await lockClock(tx, eq(tickets.number, number));
  if (found === undefined) return;
  const { ticketId, clock } = found;
  if (clock !== null) {
    const from = heldSince < clock.clockStartedAt ? clock.clockStartedAt : heldSince;
    const heldMinutes = clock.heldMinutes + workingMinutesBetween(clock.hours, from, now);
    await tx
      .update(tickets)
      .set({ heldMinutes, ...dueTimes({ ...clock, heldMinutes }) })
      .where(eq(tickets.id, ticketId));
  }
  const held = sql`(${now}::timestamptz - ${heldSince}::timestamptz)`;
  const moved = await tx
    .update(approvals)
    .set({
      remindAt: sql`${approvals.remindAt} + ${held}`,
      escalateAt: sql`${approvals.escalateAt} + ${held}`,
      expiresAt: sql`${approvals.expiresAt} + ${held}`,
    })
    .where(and(eq(approvals.ticketId, ticketId), eq(approvals.state, 'waiting')))
    .returning({ actionId: approvals.actionId });
  if (moved.length > 0)
    await tx.insert(workflowOutbox).values(
      moved.map(({ actionId }) => ({
        kind: 'approval_changed' as const,
        ticketNumber: number,
        payload: { actionId },
        createdAt: now,
      })),
    );
};

/** Ends a hold whose date has come; any other ticket stays as it is. */
export const endHold = (db: Db, number: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const [held] = await tx
      .select()
      .from(tickets)
      .where(and(eq(tickets.number, number), eq(tickets.state, 'on_hold'), lte(tickets.holdUntil, now)))
      .for('update');
    if (held === undefined || (await setTicketState(tx, held, { name: 'END_HOLD' }, { now })) === null) return;
    await resumeClocks(tx, number, held.heldSince ?? now, now);
    const text = 'The hold ended by itself.';
    await tx.insert(actions).values({ ticketId: held.id, kind: 'restart', text, at: now });
    await appendLog(tx, {
      at: now,
      level: 'info',
      operation: 'RESTART',
      ticketNumber: number,
      who: 'process',
      result: 'reopened',
      reason: text,
    });
  });

/** The next warning that was not given; null when the clock does not run or nothing is left to warn of. Reads, and locks nothing. */
export const nextWarning = async (db: Db, number: string): Promise<TargetWarning | null> => {
  const found = clockOf((await selectClock(db, eq(tickets.number, number)))[0]);
  return found === undefined ? null : ((await warningsLeft(db, found))[0] ?? null);
};

/** Gives the warnings whose time has come: an action, a line in the log, a mail to each of the support group. Each once. */
export const warnOfTargets = (db: Db, number: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await lockClock(tx, eq(tickets.number, number));
    if (found === undefined) return;
    const { ticketId } = found;
    const due = (await warningsLeft(tx, found)).filter(({ at }) => at <= now);
    for (const { target, warning, dueAt } of due) {
      await tx.insert(ticketWarnings).values({ ticketId, target, warning, dueAt, at: now });
      // A target already missed needs no word that it is near.
      if (warning === 'near' && due.some((other) => other.target === target && other.warning === 'missed')) continue;
      const text =
        warning === 'near'
          ? `The target for the ${target} is near: ${dueAt}.`
          : `The target for the ${target} was missed: ${dueAt}.`;
      await recordWarning(tx, { ticketId, number, text, dueAt, result: warning, now });
    }
  });

/** Says once that the window of a change has ended without it; nothing when it is solved. */
export const warnOfWindow = (db: Db, number: string, windowEnd: string, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await lockClock(tx, eq(tickets.number, number));
    if (found === undefined || isOver(found.state)) return;
    const { ticketId } = found;
    const key = { ticketId, target: 'window' as const, warning: 'missed' as const, dueAt: windowEnd };
    const [given] = await tx
      .insert(ticketWarnings)
      .values({ ...key, at: now })
      .onConflictDoNothing()
      .returning();
    if (given === undefined) return;
    const text = `The implementation window ended: ${windowEnd}.`;
    await recordWarning(tx, { ticketId, number, text, dueAt: windowEnd, result: 'missed', now });
  });

const recordWarning = async (
  tx: Tx,
  {
    ticketId,
    number,
    text,
    dueAt,
    result,
    now,
  }: {
    readonly ticketId: number;
    readonly number: string;
    readonly text: string;
    readonly dueAt: string;
    readonly result: string;
    readonly now: string;
  },
): Promise<void> => {
  await tx.insert(actions).values({ ticketId, kind: 'escalation', text, at: now, dueAt });
  await appendLog(tx, {
    at: now,
    level: 'warning',
    operation: 'TARGET',
    ticketNumber: number,
    who: 'process',
    result,
    reason: text,
  });
  await mailGroup(tx, ticketId, { kind: 'target_warning', tags: { REASON: text, DUE_AT: dueAt }, now });
};

const warningsLeft = async (
  db: Db | Tx,
  { ticketId, state, clock, respondedAt }: TicketClock,
): Promise<readonly TargetWarning[]> => {
  if (clock === null || state !== 'registered') return [];
  const given = await db.select().from(ticketWarnings).where(eq(ticketWarnings.ticketId, ticketId));
  return warningsOf(clock, respondedAt).filter(
    ({ target, warning, dueAt }) =>
      !given.some((one) => one.target === target && one.warning === warning && one.dueAt === dueAt),
  );
};
