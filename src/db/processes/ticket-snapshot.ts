import { inArray, sql } from 'drizzle-orm';
import { needsAssignment } from '../../domain/processes/begin-work.ts';
import { promotionAt } from '../../domain/processes/event.ts';
import { warningsLeft } from '../../domain/processes/targets.ts';
import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';
import { readStanding } from '../approvals/rounds.ts';
import { categories, tickets } from '../schema/index.ts';
import type { Db } from '../shared/connect.ts';
import { clockOf, selectClock } from './clocks.ts';
import { listGivenWarnings } from './target-warnings.ts';

/** A ticket as its process reads it, with the fields from which a change's window is read. */
export interface StoredTicketSnapshot extends Required<Omit<TicketSnapshot, 'windowStart' | 'windowEnd'>> {
  readonly customFields: Readonly<Record<string, string>>;
}

export const findOptionalTicketSnapshot = async (db: Db, number: string): Promise<StoredTicketSnapshot | undefined> =>
  (await listTicketSnapshots(db, [number])).get(number);

/** By number; a ticket that does not exist is left out. Locks nothing. */
export const listTicketSnapshots = async (
  db: Db,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, StoredTicketSnapshot>> => {
  if (numbers.length === 0) return new Map();
  const rows = await selectClock(db).where(inArray(tickets.number, [...numbers]));
  const given = await listGivenWarnings(
    db,
    rows.flatMap((row) => (clockOf(row) === null ? [] : [row.ticket.id])),
  );
  const promotions = await listPromotions(
    db,
    rows.flatMap(({ ticket }) => (ticket.type === 'E' ? [ticket.number] : [])),
  );
  const snapshots = await Promise.all(
    rows.map(async (row) => {
      const { ticket, category } = row;
      const { number, state, phase, closeAt, holdUntil, respondedAt, customFields } = ticket;
      const standing = await readStanding(db, ticket, category.approvalSteps);
      const clock = clockOf(row);
      const warnings = warningsLeft({ state, respondedAt, clock, given: given.get(ticket.id) ?? [] });
      const promotion = promotions.get(number) ?? { leadsToIncident: false, hasIncident: false };
      const snapshot: StoredTicketSnapshot = {
        state,
        category: category.path,
        phase,
        closeAt,
        holdUntil,
        warnAt: warnings[0]?.at ?? null,
        toAssign: needsAssignment({
          standing,
          assignedGroup: ticket.assignedGroup,
          supportGroup: category.supportGroup,
        }),
        escalateAt: promotionAt({ ...ticket, ...promotion, escalation: category.escalation }),
        approved: standing === 'approved',
        begun: clock !== null,
        customFields,
      };
      return [number, snapshot] as const;
    }),
  );
  return new Map(snapshots);
};

/** Of events, by number: whether their category leads to incidents, and whether one was made of them. */
const listPromotions = async (
  db: Db,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, { readonly leadsToIncident: boolean; readonly hasIncident: boolean }>> => {
  if (numbers.length === 0) return new Map();
  const rows = await db.execute<{ number: string; leads_to_incident: boolean; has_incident: boolean }>(sql`
    select event.number,
      exists (
        select from ${categories} as other
        where other.id = (category.escalation->>'categoryId')::bigint and other.ticket_type = 'I'
      ) as leads_to_incident,
      exists (
        select from ${tickets} as incident where incident.related_to = event.number and incident.type = 'I'
      ) as has_incident
    from ${tickets} as event join ${categories} as category on category.id = event.category_id
    where event.number = any(${sql.param(numbers)}::text[])`);
  return new Map(
    rows.map((row) => [row.number, { leadsToIncident: row.leads_to_incident, hasIncident: row.has_incident }]),
  );
};
