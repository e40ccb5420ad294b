import type { MailboxState } from './mailbox.ts';

/** States that a mail server's answer, or its silence, puts a mailbox in. */
export type MailboxErrorState = Extract<MailboxState, 'credentials_refused' | 'unreachable' | 'throttled'>;

const MINUTE_MS = 60_000;

/** The longest rest of our own choice. */
const longestRestMs: Readonly<Record<MailboxErrorState, number>> = {
  unreachable: 15 * MINUTE_MS,
  throttled: 15 * MINUTE_MS,
  credentials_refused: 60 * MINUTE_MS,
};

/** A server that asks for a longer pause is asked again after this one. */
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

/**
 * How long a mailbox rests after an error, in ms: its read interval, doubled with each failure in a row, up to 15 minutes for a server that
 * does not answer or is busy and an hour for refused credentials (spec §3: a bad credential does not hammer the server). Never less than
 * the interval, nor than the pause that the server asked for, up to an hour.
 * @param failures failures in a row, this one counted: 1 or more
 * @param pauseMs asked for by the server
 */
export function restAfterError(state: MailboxErrorState, intervalMs: number, failures: number, pauseMs = 0): number {
  const longest = Math.max(intervalMs, longestRestMs[state]);
  const rest = Math.min(longest, intervalMs * 2 ** Math.min(failures - 1, 20));
  return Math.max(rest, Math.min(pauseMs, LONGEST_PAUSE_MS));
}

const LONGEST_POSTPONEMENT_MS = 10 * 60_000;

/** When a message that failed for a passing reason is tried again, in ms: 5 s, 20 s, 80 s … at most ten minutes. */
export const postponement = (attempts: number): number =>
  Math.min(LONGEST_POSTPONEMENT_MS, 5_000 * 4 ** Math.max(0, attempts - 1));
