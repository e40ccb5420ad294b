const LONGEST_UNREACHABLE_MS = 15 * 60_000;
const LONGEST_REFUSED_MS = 60 * 60_000;

/**
 * How long a mailbox in trouble rests, in ms: its read interval, doubled with each failure in a row, up to 15 minutes for a server that
 * does not answer and an hour for refused credentials (spec §3: a bad credential does not hammer the server). Never less than the interval.
 * @param failures failures in a row, this one counted: 1 or more
 */
export function restAfterTrouble(
  state: 'unreachable' | 'credentials_refused',
  intervalMs: number,
  failures: number,
): number {
  const longest = Math.max(intervalMs, state === 'unreachable' ? LONGEST_UNREACHABLE_MS : LONGEST_REFUSED_MS);
  return Math.min(longest, intervalMs * 2 ** Math.min(failures - 1, 20));
}

const LONGEST_POSTPONEMENT_MS = 10 * 60_000;

/** When a message that failed for a passing reason is tried again, in ms: 5 s, 20 s, 80 s … at most ten minutes. */
export const postponement = (attempts: number): number =>
  Math.min(LONGEST_POSTPONEMENT_MS, 5_000 * 4 ** Math.max(0, attempts - 1));
