import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createArrivals } from '../../../src/worker/mailboxes/arrivals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells of the first at once, and of those that follow together', () => {
  const tell = vi.fn();
  const { came } = createArrivals(tell);
  came();
  expect(tell).toHaveBeenCalledTimes(1);
  came();
  came();
  vi.advanceTimersByTime(1_000);
  expect(tell).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(10_000);
  expect(tell).toHaveBeenCalledTimes(2);
});

it('tells of nothing once closed', () => {
  const tell = vi.fn();
  const { came, close } = createArrivals(tell);
  came();
  came();
  close();
  vi.advanceTimersByTime(5_000);
  expect(tell).toHaveBeenCalledTimes(1);
});
