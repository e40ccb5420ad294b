/** A message that a server has not given so often is quarantined, its original left in the inbox (spec §3). */
const maxAttempts = 5;

const MINUTE_MS = 60_000;
const longestRestMs = 60 * MINUTE_MS;

/** @param attempts in vain, this one counted */
export const isAskedOftenEnough = (attempts: number): boolean => attempts >= maxAttempts;

/**
 * When a message that the server lists and does not give is asked for again, in ms: a minute, 4, 16 … at most an hour.
 * @param attempts in vain, this one counted: 1 or more
 */
export const restUntilAskedAgain = (attempts: number): number =>
  Math.min(longestRestMs, MINUTE_MS * 4 ** Math.max(0, attempts - 1));
