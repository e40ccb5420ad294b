import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { identity, instant } from './columns.ts';

export const assets = pgTable(
  'assets',
  {
    id: identity(),
    tag: text().notNull(),
    name: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (t) => [uniqueIndex('assets_tag_once').on(sql`lower(${t.tag})`), index('assets_by_name').on(sql`lower(${t.name})`)],
);

export const configurationItems = pgTable(
  'configuration_items',
  {
    id: identity(),
    name: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (t) => [uniqueIndex('configuration_items_name_once').on(sql`lower(${t.name})`)],
);
