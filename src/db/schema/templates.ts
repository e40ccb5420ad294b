import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
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
