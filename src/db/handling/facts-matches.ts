import { sql, type SQL } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';

/** A row that has the text looked for in the column of this place. */
export interface Match<T> {
  readonly place: number;
  readonly value: T;
}

/**
 * A subselect: the rows of a table that have this text, in any case, in one of these columns, best column first, as a JSON array
 * of `Match`; empty for a null. Two are enough to see that a text is ambiguous.
 */
export const matches = (table: PgTable, value: SQL, columns: readonly AnyPgColumn[], text: SQL): SQL => {
  const has = columns.map((column) => sql`lower(${column}) = lower(${text})`);
  const place = sql.join(
    has.map((condition, index) => sql`when ${condition} then ${sql.raw(String(index))}`),
    sql` `,
  );
  return sql`case when ${text} is null then '[]'::jsonb else (
    select coalesce(jsonb_agg(jsonb_build_object('place', place, 'value', value) order by place), '[]') from (
      select case ${place} end as place, ${value} as value from ${table}
      where ${sql.join(has, sql` or `)} order by 1 limit 2
    ) as found
  ) end`;
};

/** The one that has the text in the best column; null when none has it, or two have it there. */
export const unambiguous = <T>([first, second]: readonly Match<T>[]): T | null =>
  first === undefined || first.place === second?.place ? null : first.value;
