import { expect, it } from 'vitest';
import { maxSendAttempts, restAfterSending } from '../../../src/domain/outgoing/send-attempts.ts';

it.each([
  [1, 10_000],
  [2, 20_000],
  [3, 40_000],
  [9, 2_560_000],
  [10, 3_600_000],
  [maxSendAttempts - 1, 3_600_000],
  [maxSendAttempts, null],
  [maxSendAttempts + 1, null],
])('after %d failures a mail rests %s ms', (failures, rest) => {
  expect(restAfterSending(failures)).toBe(rest);
});

it('is tried for two days before it is given up', () => {
  const rests = Array.from({ length: maxSendAttempts - 1 }, (_, index) => restAfterSending(index + 1) ?? 0);
  expect(Math.round(rests.reduce((sum, rest) => sum + rest, 0) / 3_600_000)).toBeGreaterThanOrEqual(48);
});
