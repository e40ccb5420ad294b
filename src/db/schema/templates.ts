import { sql } from 'drizzle-orm';
import { check, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { languages, outgoingKinds } from '../../domain/outgoing/outgoing.ts';
import { instant, now, oneOf } from './columns.ts';

/** Templates that an administrator changed; the shipped ones are in the domain. */
export const templates = pgTable(
  'templates',
  {
    name: text({ enum: outgoingKinds }).notNull(),
    language: text({ enum: languages }).notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    html: text().notNull(),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [
    primaryKey({ name: 'templates_once', columns: [t.name, t.language] }),
    oneOf('templates_name_known', t.name, outgoingKinds),
    oneOf('templates_language_known', t.language, languages),
  ],
);

/** Texts that templates share. */
export const mailParts = pgTable(
  'mail_parts',
  {
    /** Lower case. */
    name: text().notNull(),
    language: text({ enum: languages }).notNull(),
    text: text().notNull(),
    html: text().notNull(),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [
    primaryKey({ name: 'mail_parts_once', columns: [t.name, t.language] }),
    oneOf('mail_parts_language_known', t.language, languages),
    check('mail_parts_name_lower_case', sql`${t.name} = lower(${t.name})`),
  ],
);
