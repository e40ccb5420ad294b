import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { ticketTypes } from '../../domain/ticket.ts';
import { identity, instant, oneOf, now } from './columns.ts';

export const categories = pgTable(
  'categories',
  {
    id: identity(),
    code: text().notNull(),
    /** The last name of `path`. */
    name: text().notNull(),
    /** Names from the root, joined by `/`. */
    path: text().notNull(),
    ticketType: text({ enum: ticketTypes }).notNull(),
    process: text().notNull(),
    supportGroup: text(),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [
    uniqueIndex('categories_code_once').on(sql`lower(${t.code})`),
    uniqueIndex('categories_path_once').on(sql`lower(${t.path})`),
    index('categories_by_name').on(sql`lower(${t.name})`),
    oneOf('categories_ticket_type_known', t.ticketType, ticketTypes),
  ],
);
