import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { roles } from '../../domain/accounts/role.ts';
import { identity, instant, now, oneOf, reference } from './columns.ts';

/** Those who sign in to the admin page. */
export const users = pgTable(
  'users',
  {
    id: identity(),
    name: text().notNull(),
    role: text({ enum: roles }).notNull(),
    /** Argon2id, in the PHC string format; null: signs in with an identity of OpenID Connect. */
    passwordHash: text(),
    /** `iss sub` of the identity (OpenID Connect Core §5.7); null: signs in with a password. */
    identity: text().unique('users_identity_once'),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [
    uniqueIndex('users_name_once').on(sql`lower(${t.name})`),
    oneOf('users_role_known', t.role, roles),
    check('users_sign_in_one_way', sql`(${t.passwordHash} is null) <> (${t.identity} is null)`),
  ],
);

export const sessions = pgTable('sessions', {
  /** SHA-256 of the token in the cookie, base64url: whoever reads this table cannot sign in by it. */
  tokenHash: text().primaryKey(),
  userId: reference()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  createdAt: instant().notNull(),
  lastUsedAt: instant().notNull(),
});

/** Failures to sign in. Names and shapes are those of rate-limiter-flexible. */
export const attempts = pgTable('attempts', {
  /** What is counted and SHA-256 of whose, base64url: a password may have been typed for a name. */
  key: text().primaryKey(),
  points: integer().notNull(),
  expire: timestamp({ withTimezone: true, mode: 'date' }),
});

/** For programs. */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: identity(),
    name: text().notNull(),
    role: text({ enum: roles }).notNull(),
    /** SHA-256, base64url. */
    tokenHash: text().notNull().unique('api_tokens_hash_once'),
    createdAt: instant().notNull().default(now),
    /** Null: never. */
    expiresAt: instant(),
    /** To the hour. */
    lastUsedAt: instant(),
  },
  (t) => [uniqueIndex('api_tokens_name_once').on(sql`lower(${t.name})`), oneOf('api_tokens_role_known', t.role, roles)],
);
