import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytea, identity, instant, reference } from './columns.ts';
import { messages } from './messages.ts';
import { tickets } from './tickets.ts';

/** Contents of documents, each stored once whatever refers to it. */
export const blobs = pgTable(
  'blobs',
  {
    /** Hex, lower case. */
    sha256: text().primaryKey(),
    bytes: bytea().notNull(),
    size: integer().notNull(),
  },
  (t) => [check('blobs_sha256_form', sql`${t.sha256} ~ '^[0-9a-f]{64}$'`)],
);

/** Files on a ticket. The name is for show and never a path. */
export const documents = pgTable(
  'documents',
  {
    id: identity(),
    ticketId: reference()
      .notNull()
      .references(() => tickets.id),
    sha256: text()
      .notNull()
      .references(() => blobs.sha256),
    name: text().notNull(),
    contentType: text().notNull(),
    size: integer().notNull(),
    /** An image that the mail's HTML shows. */
    inline: boolean().notNull(),
    messageId: reference().references(() => messages.id),
    createdAt: instant().notNull(),
  },
  (t) => [
    // A signature's logo comes under a new name with every mail; two attached files of one content are two files.
    uniqueIndex('documents_inline_once')
      .on(t.ticketId, t.sha256)
      .where(sql`${t.inline}`),
    uniqueIndex('documents_attached_once')
      .on(t.ticketId, t.sha256, t.name)
      .where(sql`not ${t.inline}`),
  ],
);
