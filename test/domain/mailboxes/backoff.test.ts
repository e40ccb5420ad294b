import { describe, expect, it } from 'vitest';
import { postponement, restAfterError, type MailboxErrorState } from '../../../src/domain/mailboxes/backoff.ts';

const minutes = (count: number): number => count * 60_000;

describe('the rest of a mailbox in trouble', () => {
  it.for<{ state: MailboxErrorState; interval: number; rests: readonly number[] }>([
    { state: 'unreachable', interval: 2, rests: [2, 4, 8, 15, 15] },
    { state: 'throttled', interval: 2, rests: [2, 4, 8, 15, 15] },
    { state: 'credentials_refused', interval: 2, rests: [2, 4, 8, 16, 32, 60, 60] },
  ])('doubles from the read interval to its longest: $state', ({ state, interval, rests }) => {
    const found = rests.map((_, index) => restAfterError(state, minutes(interval), index + 1));
    expect(found).toEqual(rests.map(minutes));
  });

  it.for<MailboxErrorState>(['unreachable', 'throttled', 'credentials_refused'])(
    'is never less than the read interval, nor without end: %s',
    (state) => {
      expect(restAfterError(state, minutes(240), 1)).toBe(minutes(240));
      expect(restAfterError(state, minutes(240), 9)).toBe(minutes(240));
      expect(restAfterError(state, minutes(1), 1_000_000)).toBeLessThanOrEqual(minutes(60));
    },
  );

  it.for([
    { what: 'the pause asked for, where it is longer', pause: 5, rest: 5 },
    { what: 'its own, where it is longer', pause: 1, rest: 2 },
    { what: 'an hour of a pause for days', pause: 5_000, rest: 60 },
  ])('is $what', ({ pause, rest }) => {
    expect(restAfterError('throttled', minutes(2), 1, minutes(pause))).toBe(minutes(rest));
  });
});

describe('the next attempt at a message', () => {
  it('comes after 5 s, then four times later each time, at most ten minutes', () => {
    expect([1, 2, 3, 4, 5, 50].map(postponement)).toEqual([5_000, 20_000, 80_000, 320_000, 600_000, 600_000]);
  });
});
