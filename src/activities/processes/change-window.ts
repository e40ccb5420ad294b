import type { StoredTicketSnapshot } from '../../db/processes/ticket-snapshot.ts';
import { changeFields } from '../../domain/approvals/change-request.ts';
import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';
import { type DateOptions, readDate } from '../../instructions/values/dates.ts';

/** A ticket with its window. One whose date cannot be read is none: a change must not wait for ever for a typing error. */
export const withWindow = ({ customFields, ...snapshot }: StoredTicketSnapshot, dates: DateOptions): TicketSnapshot => {
  const dateOf = (field: string): string | null => {
    const written = customFields[field];
    return written === undefined ? null : readDate(written.trim(), dates);
  };
  return { ...snapshot, windowStart: dateOf(changeFields.windowStart), windowEnd: dateOf(changeFields.windowEnd) };
};
