import { sql } from 'drizzle-orm';
import { formatTicketNumber } from '../../domain/tickets/ticket-number.ts';
import type { TicketType } from '../../domain/tickets/ticket.ts';
import type { Tx } from '../shared/connect.ts';
import { ticketCounters } from '../schema/index.ts';

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
