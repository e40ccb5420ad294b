import { sql } from 'drizzle-orm';
import { pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Calendar } from '../../domain/processes/service-level.ts';
import { identity, instant, json, now } from './columns.ts';

export const calendars = pgTable(
  'calendars',
  {
    id: identity(),
    name: text().notNull(),
    timeZone: text().notNull(),
    hours: json().$type<Calendar['hours']>().notNull(),
    holidays: json().$type<Calendar['holidays']>().notNull(),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [uniqueIndex('calendars_name_once').on(sql`lower(${t.name})`)],
);
