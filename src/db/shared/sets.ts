import { getTableName, sql, type SQL } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgTable } from 'drizzle-orm/pg-core';
import { storableJson } from '../schema/storable.ts';
import type { Tx } from './connect.ts';

/**
 * For the rest of the transaction statements are planned for what is in the tables now. The plan that a connection keeps may be from
 * when they were empty: for one row that costs little, for a set of them it reads a mailbox's whole ledger once each.
 */
export const planAnew = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`set local plan_cache_mode = 'force_custom_plan'`);
};

/** Rows to be read in a FROM clause, whatever their number, by one text of a statement: `... as asked (place int, ...)`. */
export const recordset = (rows: readonly object[]): SQL => sql`jsonb_to_recordset(${storableJson(rows)}::jsonb)`;

/**
 * Inserts the rows in their order by one statement, whatever their number; all of them name the same columns. Not for bytes, which JSON has
 * no room for. `tail` follows the SELECT: ON CONFLICT, RETURNING.
 */
export const insertRows = async (
  tx: Tx,
  table: PgTable,
  rows: readonly Readonly<Record<string, unknown>>[],
  tail: SQL = sql``,
): Promise<readonly Record<string, unknown>[]> => {
  const [first] = rows;
  if (first === undefined) return [];
  const names = Object.keys(first).map((key) => sql.identifier(toSnakeCase(key)));
  const columns = sql.join(names, sql`, `);
  return tx.execute(sql`insert into ${table} (${columns}) select ${columns} from ${populated(table, rows)} ${tail}`);
};

/** The rows in the form of the table: a FROM clause. */
export const populated = (table: PgTable, rows: readonly Readonly<Record<string, unknown>>[]): SQL => {
  const named = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [toSnakeCase(key), value])),
  );
  return sql`jsonb_populate_recordset(null::${sql.identifier(getTableName(table))}, ${storableJson(named)}::jsonb)`;
};
