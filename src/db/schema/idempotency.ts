import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, now } from './columns.ts';

/** Requests with an Idempotency-Key, and what they were answered. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** The id of who sent it, such as `user:3`: keys of two callers do not meet, whatever their names. */
    caller: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of path, query and body, base64url. */
    fingerprint: text().notNull(),
    createdAt: instant().notNull().default(now),
    /** Null: not answered, or nobody knows how. */
    status: integer(),
    /** Null: an answer without a body, or one that holds a secret and is not kept. */
    body: text(),
    location: text(),
  },
  (t) => [primaryKey({ name: 'idempotency_keys_once', columns: [t.caller, t.key] })],
);
