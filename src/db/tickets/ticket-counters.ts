import { sql } from 'drizzle-orm';
import { formatTicketNumber } from '../../domain/tickets/ticket-number.ts';
import type { TicketType } from '../../domain/tickets/ticket.ts';
import type { Tx } from '../shared/connect.ts';
import { ticketCounters } from '../schema/index.ts';
import { insertRows } from '../shared/sets.ts';

/**
 * The next number of a type and day, for example `I261123_000001`: never given out twice. The counter's row stays locked until the
 * transaction ends; one that is rolled back leaves no gap. `day`: `yyyy-mm-dd` in the agent's time zone.
 * Throws RangeError after the 999,999th of a day.
 */
export const nextTicketNumber = async (tx: Tx, type: TicketType, day: string): Promise<string> => {
  const [counter] = await tx
    .insert(ticketCounters)
    .values({ type, day, last: 1 })
    .onConflictDoUpdate({
      target: [ticketCounters.type, ticketCounters.day],
      set: { last: sql`${ticketCounters.last} + 1` },
    })
    .returning({ last: ticketCounters.last });
  if (counter === undefined) throw new Error('An insert returned no row.');
  return formatTicketNumber(type, day, counter.last);
};

/**
 * As `nextTicketNumber`, for one ticket of each of these types, in this order, by one statement. The counters are locked in the order of
 * their types; to be called last of all that waits for anybody, for every mailbox needs them.
 */
export const nextTicketNumbers = async (
  tx: Tx,
  types: readonly TicketType[],
  day: string,
): Promise<readonly string[]> => {
  const wanted = [...Map.groupBy(types, (type) => type)]
    .map(([type, { length }]) => ({ type, day, last: length }))
    .toSorted((one, other) => (one.type < other.type ? -1 : 1));
  if (wanted.length === 0) return [];
  const drawn = await insertRows(
    tx,
    ticketCounters,
    wanted,
    sql`on conflict (type, day) do update set last = ticket_counters.last + excluded.last returning type, last`,
  );
  const next = new Map(
    wanted.map(({ type, last: count }) => {
      const counter = drawn.find((row) => row['type'] === type);
      if (counter === undefined) throw new Error('An insert returned no row.');
      return [type, Number(counter['last']) - count + 1];
    }),
  );
  return types.map((type) => {
    const number = next.get(type) ?? 0;
    next.set(type, number + 1);
    return formatTicketNumber(type, day, number);
  });
};

/** The day of an instant (ISO 8601) in a time zone (IANA name), as `yyyy-mm-dd`. */
export const dayIn = (timeZone: string, instant: string): string => {
  let format = dayFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    dayFormats.set(timeZone, format);
  }
  return format.format(new Date(instant));
};

/** Making one costs a hundred times what using it does. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();
