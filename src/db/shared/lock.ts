import { eq, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from './connect.ts';

/** Nobody else changes the row until the transaction ends; one that is not there locks nothing. */
export const lockRow = async (tx: Tx, table: PgTable & { readonly id: PgColumn }, id: number): Promise<void> => {
  await tx.select({ id: table.id }).from(table).where(eq(table.id, id)).for('update');
};

/** Nobody else changes anything in the table until the transaction ends; it can be read. For small tables. */
export const lockTable = async (tx: Tx, table: PgTable): Promise<void> => {
  await tx.execute(sql`lock table ${table} in exclusive mode`);
};
