import { describe, expect, it } from 'vitest';
import { dayIn, nextTicketNumber } from '../../../src/db/tickets/ticket-counters.ts';
import { useDatabase } from '../fixtures.ts';

const { db } = useDatabase();

describe('ticket numbers', () => {
  it('are given out once each to 200 transactions at the same time', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 200 }, () => db().transaction((tx) => nextTicketNumber(tx, 'I', '2026-11-23'))),
    );
    const expected = Array.from({ length: 200 }, (_, index) => `I261123_${String(index + 1).padStart(6, '0')}`);
    expect(numbers.sort()).toEqual(expected);
  });

  it('count by type and by day', async () => {
    const next = (type: 'I' | 'S', day: string) => db().transaction((tx) => nextTicketNumber(tx, type, day));
    expect(await next('S', '2026-11-23')).toBe('S261123_000001');
    expect(await next('S', '2026-11-23')).toBe('S261123_000002');
    expect(await next('S', '2026-11-24')).toBe('S261124_000001');
  });

  it('leave no gap where a transaction is rolled back', async () => {
    const day = '2026-12-01';
    await expect(
      db().transaction(async (tx) => {
        await nextTicketNumber(tx, 'E', day);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await db().transaction((tx) => nextTicketNumber(tx, 'E', day))).toBe('E261201_000001');
  });

  it.each([
    ['Europe/Paris', '2026-11-23T22:59:59.999Z', '2026-11-23'],
    ['Europe/Paris', '2026-11-23T23:00:00.000Z', '2026-11-24'],
    ['America/Los_Angeles', '2026-11-24T07:59:00.000Z', '2026-11-23'],
    ['Pacific/Kiritimati', '2026-11-23T10:00:00.000Z', '2026-11-24'],
  ])('take the day of %s', (timeZone, instant, day) => {
    expect(dayIn(timeZone, instant)).toBe(day);
  });
});
