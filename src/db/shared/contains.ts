import { ilike, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

/** The column holds the text, in any case; `%`, `_` and `\` mean themselves. */
export const contains = (column: AnyPgColumn, text: string): SQL =>
  ilike(column, `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`);
