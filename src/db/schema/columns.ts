import { sql } from 'drizzle-orm';
import { bigint, check, customType, timestamp, type AnyPgColumn, type CheckBuilder } from 'drizzle-orm/pg-core';

/** The identity of a row that only this database knows. Safe as a number: 2^53 rows are out of reach. */
export const identity = () => bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity();

/** A reference to an `identity`. */
export const reference = () => bigint({ mode: 'number' });

/** A point in time. Milliseconds, as JavaScript keeps them: what is read compares equal to what was written. */
export const instant = () => timestamp({ withTimezone: true, precision: 3 });

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** The database's side of `text({ enum })`, which alone binds the compiler only. */
export const oneOf = (name: string, column: AnyPgColumn, values: readonly string[]): CheckBuilder =>
  check(name, sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`);
