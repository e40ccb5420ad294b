import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { identity, instant, now } from './columns.ts';

export const assets = pgTable(
  'assets',
  {
    id: identity(),
    tag: text().notNull(),
    name: text().notNull(),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [uniqueIndex('assets_tag_once').on(sql`lower(${t.tag})`), index('assets_by_name').on(sql`lower(${t.name})`)],
);

export const configurationItems = pgTable(
  'configuration_items',
  {
    id: identity(),
    name: text().notNull(),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [uniqueIndex('configuration_items_name_once').on(sql`lower(${t.name})`)],
);
