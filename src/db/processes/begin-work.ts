import { eq } from 'drizzle-orm';
import { planBeginning } from '../../domain/processes/begin-work.ts';
import { nextRoundOf, readStanding } from '../approvals/rounds.ts';
import { tickets } from '../schema/index.ts';
import type { Db } from '../shared/connect.ts';
import { recordAssignment } from './assign-ticket.ts';
import { hoursOf, lockClock } from './clocks.ts';

/**
 * Begins the work on a ticket that is approved, in one transaction: notes the phase, gives it to its support group, starts the clock of its
 * targets. Idempotent. Nothing happens to a ticket that is not approved, and `from` keeps out an attempt that comes late (`mayEnter`).
 */
export const beginWork = (
  db: Db,
  {
    number,
    phase,
    from,
    now,
  }: {
    readonly number: string;
    readonly phase: string;
    readonly from?: string | null | undefined;
    readonly now: string;
  },
): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await lockClock(tx, eq(tickets.number, number));
    if (found === undefined) return;
    const { ticket, category } = found;
    const { approvalSteps: steps, targets, supportGroup } = category;
    const beginning = planBeginning(
      {
        ...ticket,
        standing: await readStanding(tx, ticket, steps),
        nextRound: await nextRoundOf(tx, ticket, steps),
        targets,
        hours: hoursOf(found),
        supportGroup,
      },
      { phase, from, now },
    );
    if (beginning === null) return;
    const assigned = ticket.assignedGroup === supportGroup ? {} : { updatedAt: now };
    await tx
      .update(tickets)
      .set({ ...beginning.ticket, ...assigned })
      .where(eq(tickets.id, ticket.id));
    if (beginning.assignedTo !== null) await recordAssignment(tx, ticket, beginning.assignedTo, now);
  });
