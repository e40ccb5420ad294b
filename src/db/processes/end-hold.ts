import { and, eq, lte } from 'drizzle-orm';
import { appendLog } from '../log/operation-log.ts';
import { actions, tickets } from '../schema/index.ts';
import type { Db } from '../shared/connect.ts';
import { setTicketState } from '../tickets/ticket-state.ts';
import { resumeClocks } from './clocks.ts';

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
      whoKind: 'system',
      result: 'reopened',
      reason: text,
    });
  });
