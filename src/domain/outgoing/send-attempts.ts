/** A mail is given up after so many attempts: two days of them. */
export const maxSendAttempts = 60;

const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 3_600_000;

/**
 * How long a mail rests after an attempt that failed, in ms: 10 s, 20 s, 40 s … at most an hour. Null: it is given up.
 * @param failures attempts that failed, this one counted: 1 or more
 */
export const restAfterSending = (failures: number): number | null =>
  failures >= maxSendAttempts ? null : Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures - 1, 20));
