import { z } from '@hono/zod-openapi';
import type { Calendar, Hours } from '../../domain/processes/service-level.ts';
import { words } from '../http/common.ts';

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** In order and apart; each ends after it begins. `HH:mm` sorts as text. */
const areInOrder = (hours: readonly Hours[]): boolean =>
  hours.every(({ from, to }, index) => from < to && (hours[index + 1]?.from ?? to) >= to);

const time = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'write it like 08:30; 24:00 is the end of the day.');

const day = z
  .array(z.strictObject({ from: time, to: time }).readonly())
  .max(10)
  .readonly()
  .refine(areInOrder, 'the hours of a day stand in order and do not overlap, like 09:00–12:00, 13:00–17:00.');

const weekdays = ['1', '2', '3', '4', '5', '6', '7'] as const satisfies readonly (keyof Calendar['hours'])[];

export const calendarFields = {
  name: words(200).describe('Unique, case-insensitive.'),
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, 'no such time zone: write an IANA name like Europe/Paris.')
    .describe('IANA name.'),
  hours: z
    .partialRecord(z.enum(weekdays), day)
    .refine((hours) => weekdays.some((weekday) => (hours[weekday] ?? []).length > 0), 'it needs an hour of work.')
    .describe('By weekday, 1 (Monday) to 7 (Sunday). An omitted day is not a working day.'),
  holidays: z.array(z.iso.date()).max(1000).readonly().describe('Days without work.'),
};

export const CalendarSchema = z.object({ id: z.int(), ...calendarFields }).openapi('Calendar');
