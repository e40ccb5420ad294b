import { sql } from 'drizzle-orm';
import { bigint, check, customType, type AnyPgColumn, type CheckBuilder } from 'drizzle-orm/pg-core';
import { storableJson } from './storable.ts';

/** The identity of a row that only this database knows. Safe as a number: 2^53 rows are out of reach. */
export const identity = () => bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity();

/** A reference to an `identity`. */
export const reference = () => bigint({ mode: 'number' });

/** A point in time: ISO 8601 UTC with milliseconds on both sides, so that what is read compares equal to what was written. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  fromDriver: (value) => new Date(value).toISOString(),
});

/** The transaction's time. */
export const now = sql`now()`;

/** jsonb; give it its type with `$type`. Texts in it come from mails, so what PostgreSQL cannot store is replaced. */
export const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: storableJson,
});

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** The database's side of `text({ enum })`, which alone binds the compiler only. */
export const oneOf = (name: string, column: AnyPgColumn, values: readonly string[]): CheckBuilder =>
  check(name, sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`);
