import type { Calendar, Weekday } from './service-level.ts';
import { instantIn, localDay } from './time-zone.ts';

/** When people work; null: every minute counts. */
export type WorkingHours = Pick<Calendar, 'timeZone' | 'hours' | 'holidays'> | null;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A calendar without a working minute in ten years counts as one that never works again. */
const longestWaitDays = 3660;

/**
 * The instant at which so many working minutes have passed since `from`; `from` itself with none. Minutes outside the hours do not
 * count, so it lies within the hours, or at their end. Ten years ahead when the calendar never works.
 */
export const afterWorkingMinutes = (hours: WorkingHours, from: string, minutes: number): string => {
  const start = Date.parse(from);
  if (hours === null) return toIso(start + minutes * minuteMs);
  let left = minutes * minuteMs;
  if (left <= 0) return toIso(start);
  for (const { opens, closes } of shifts(hours, start)) {
    const begin = Math.max(opens, start);
    if (closes - begin >= left) return toIso(begin + left);
    left -= Math.max(0, closes - begin);
  }
  return toIso(start + longestWaitDays * dayMs);
};

/** Whole working minutes from one instant to another; 0 when the second is not later. */
export const workingMinutesBetween = (hours: WorkingHours, from: string, to: string): number => {
  const start = Date.parse(from);
  const end = Date.parse(to);
  if (end <= start) return 0;
  if (hours === null) return Math.floor((end - start) / minuteMs);
  let worked = 0;
  for (const { opens, closes } of shifts(hours, start)) {
    if (opens >= end) break;
    worked += Math.max(0, Math.min(closes, end) - Math.max(opens, start));
  }
  return Math.floor(worked / minuteMs);
};

/** The spans of work that end after an instant, in order, each as two instants in ms. */
function* shifts(hours: NonNullable<WorkingHours>, start: number): Generator<{ opens: number; closes: number }> {
  const { timeZone, holidays } = hours;
  // A day earlier: where the zone is behind, yesterday's evening may not be over.
  const first = localDay(timeZone, start) - dayMs;
  for (let day = first; day < first + longestWaitDays * dayMs; day += dayMs) {
    const date = new Date(day);
    if (holidays.includes(date.toISOString().slice(0, 10))) continue;
    for (const { from, to } of hours.hours[weekdayOf(date)] ?? []) {
      const closes = instantIn(timeZone, day + timeOfDay(to));
      if (closes > start) yield { opens: instantIn(timeZone, day + timeOfDay(from)), closes };
    }
  }
}

const weekdays: readonly Weekday[] = ['7', '1', '2', '3', '4', '5', '6'];
const weekdayOf = (day: Date): Weekday => weekdays[day.getUTCDay()] ?? '7';

/** Of `HH:mm`, in ms; 24:00 is the midnight after. */
const timeOfDay = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * minuteMs;
};

const toIso = (time: number): string => new Date(time).toISOString();
