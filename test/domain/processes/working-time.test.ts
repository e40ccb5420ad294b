import { describe, expect, it } from 'vitest';
import type { WorkingHours } from '../../../src/domain/processes/working-time.ts';
import { afterWorkingMinutes, workingMinutesBetween } from '../../../src/domain/processes/working-time.ts';

const day = [
  { from: '09:00', to: '12:00' },
  { from: '13:00', to: '17:00' },
];
const paris: WorkingHours = {
  timeZone: 'Europe/Paris',
  hours: { '1': day, '2': day, '3': day, '4': day, '5': day },
  holidays: ['2026-12-25'],
};

describe('working minutes from an instant', () => {
  it.each([
    ['within a span', '2026-11-24T08:00:00.000Z', 60, '2026-11-24T09:00:00.000Z'],
    ['over noon', '2026-11-24T10:30:00.000Z', 60, '2026-11-24T12:30:00.000Z'],
    ['from the night', '2026-11-24T01:00:00.000Z', 1, '2026-11-24T08:01:00.000Z'],
    ['up to the end of a span', '2026-11-24T10:00:00.000Z', 60, '2026-11-24T11:00:00.000Z'],
    ['over the weekend', '2026-11-27T15:30:00.000Z', 60, '2026-11-30T08:30:00.000Z'],
    ['over a holiday', '2026-12-24T15:30:00.000Z', 60, '2026-12-28T08:30:00.000Z'],
    ['over the change of clocks in spring', '2026-03-27T15:30:00.000Z', 60, '2026-03-30T07:30:00.000Z'],
    ['none', '2026-11-24T01:00:00.000Z', 0, '2026-11-24T01:00:00.000Z'],
  ])('%s', (_name, from, minutes, to) => {
    expect(afterWorkingMinutes(paris, from, minutes)).toBe(to);
  });

  it('counts every minute without a calendar', () => {
    expect(afterWorkingMinutes(null, '2026-11-28T01:00:00.000Z', 90)).toBe('2026-11-28T02:30:00.000Z');
  });

  it('ends the day at 24:00', () => {
    const always: WorkingHours = { timeZone: 'UTC', hours: { '2': [{ from: '00:00', to: '24:00' }] }, holidays: [] };
    expect(afterWorkingMinutes(always, '2026-11-24T00:00:00.000Z', 1440)).toBe('2026-11-25T00:00:00.000Z');
  });

  it('comes to an end with a calendar that never works', () => {
    const never: WorkingHours = { timeZone: 'UTC', hours: {}, holidays: [] };
    expect(afterWorkingMinutes(never, '2026-11-24T00:00:00.000Z', 1)).toBe('2036-12-01T00:00:00.000Z');
  });
});

describe('working minutes between two instants', () => {
  it.each([
    ['within a span', '2026-11-24T08:00:00.000Z', '2026-11-24T08:30:00.000Z', 30],
    ['over noon', '2026-11-24T10:30:00.000Z', '2026-11-24T12:30:00.000Z', 60],
    ['over the weekend', '2026-11-27T15:30:00.000Z', '2026-11-30T08:30:00.000Z', 60],
    ['at night', '2026-11-24T20:00:00.000Z', '2026-11-25T01:00:00.000Z', 0],
    ['backwards', '2026-11-24T10:30:00.000Z', '2026-11-24T08:30:00.000Z', 0],
  ])('%s', (_name, from, to, minutes) => {
    expect(workingMinutesBetween(paris, from, to)).toBe(minutes);
  });

  it('is the inverse of the minutes added', () => {
    for (let minutes = 1; minutes < 5_000; minutes += 97) {
      const to = afterWorkingMinutes(paris, '2026-12-21T03:17:00.000Z', minutes);
      expect(workingMinutesBetween(paris, '2026-12-21T03:17:00.000Z', to)).toBe(minutes);
    }
  });
});
