import { eq, inArray } from 'drizzle-orm';
import {
  type PlannedWarning,
  planWarnings,
  planWindowWarning,
  type WarnedTicket,
  type WarningKey,
} from '../../domain/processes/targets.ts';
import { appendLog } from '../log/operation-log.ts';
import { mailGroup } from '../outgoing/mail-group.ts';
import { actions, tickets, ticketWarnings } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { clockOf, lockClock } from './clocks.ts';

/** Warnings that were given, by the ticket's id. */
export const listGivenWarnings = async (
  db: Db | Tx,
  ticketIds: readonly number[],
): Promise<ReadonlyMap<number, readonly WarningKey[]>> => {
  const given = await db
    .select()
    .from(ticketWarnings)
    .where(inArray(ticketWarnings.ticketId, [...ticketIds]));
  return Map.groupBy(given, ({ ticketId }) => ticketId);
};

/** Gives the warnings whose time has come: an action, a line in the log, a mail to each of the support group. Each once. */
export const warnOfTargets = (db: Db, number: string, now: string): Promise<void> =>
  warn(db, number, now, (ticket) => planWarnings(ticket, now));

/** Says once that the window of a change has ended without it; nothing when it is solved. */
export const warnOfWindow = (db: Db, number: string, windowEnd: string, now: string): Promise<void> =>
  warn(db, number, now, (ticket) => [planWindowWarning(ticket, windowEnd)].filter((warning) => warning !== null));

const warn = (
  db: Db,
  number: string,
  now: string,
  plan: (ticket: WarnedTicket) => readonly PlannedWarning[],
): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await lockClock(tx, eq(tickets.number, number));
    if (found === undefined) return;
    const { id, state, respondedAt } = found.ticket;
    const given = (await listGivenWarnings(tx, [id])).get(id) ?? [];
    for (const warning of plan({ state, respondedAt, clock: clockOf(found), given }))
      await give(tx, { id, number }, warning, now);
  });

const give = async (
  tx: Tx,
  ticket: { readonly id: number; readonly number: string },
  { target, warning, dueAt, text }: PlannedWarning,
  now: string,
): Promise<void> => {
  await tx.insert(ticketWarnings).values({ ticketId: ticket.id, target, warning, dueAt, at: now });
  if (text === null) return;
  await tx.insert(actions).values({ ticketId: ticket.id, kind: 'escalation', text, at: now, dueAt });
  await appendLog(tx, {
    at: now,
    level: 'warning',
    operation: 'TARGET',
    ticketNumber: ticket.number,
    who: 'process',
    whoKind: 'system',
    result: warning,
    reason: text,
  });
  await mailGroup(tx, ticket.id, { kind: 'target_warning', tags: { REASON: text, DUE_AT: dueAt }, now });
};
