import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  createCalendar,
  deleteCalendar,
  findCalendar,
  listCalendars,
  updateCalendar,
} from '../../db/master-data/calendars.ts';
import { calendars } from '../../db/schema/index.ts';
import type { RouteDeps } from '../http/deps.ts';
import { createCatalogue } from './catalogue.ts';
import { calendarFields, CalendarSchema } from './calendar.schema.ts';

/** When support groups work: targets count only these hours. */
export const createCalendarRoutes = ({ db }: RouteDeps): OpenAPIHono =>
  createCatalogue(
    db,
    {
      path: '/calendars',
      tag: 'Calendars',
      one: 'Calendar',
      many: 'Calendars',
      noun: 'calendar',
      text: 'Matches part of the name.',
    },
    {
      item: CalendarSchema,
      create: z.strictObject(calendarFields).partial({ holidays: true }).openapi('CalendarCreate'),
      change: z.strictObject(calendarFields).partial().openapi('CalendarChange'),
    },
    {
      table: calendars,
      nameOf: ({ name }) => name,
      view: (calendar) => calendar,
      list: listCalendars,
      find: findCalendar,
      create: (tx, form) => createCalendar(tx, { ...form, holidays: form.holidays ?? [] }),
      update: updateCalendar,
      remove: deleteCalendar,
    },
  );
