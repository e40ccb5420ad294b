import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant, now, json } from './columns.ts';

/** Only what differs from the defaults in ../settings.ts has a row. */
export const settings = pgTable('settings', {
  key: text().primaryKey(),
  value: json().notNull(),
  updatedAt: instant().notNull().default(now),
});
