import type { EventEscalation } from './service-level.ts';

/**
 * When an open event is made an incident, ISO 8601 UTC; null for never. An event that has come often enough is due at once, that is
 * since it was created.
 */
export const escalationAt = (
  { afterOccurrences, afterMinutes }: EventEscalation,
  { occurrences, createdAt }: { readonly occurrences: number; readonly createdAt: string },
): string | null => {
  if (afterOccurrences !== null && occurrences >= afterOccurrences) return createdAt;
  return afterMinutes === null ? null : new Date(Date.parse(createdAt) + afterMinutes * 60_000).toISOString();
};
