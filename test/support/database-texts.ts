import postgres from 'postgres';
import { textsIn } from './secret-search.ts';

/** All that a dump of the database would hold, and what the server shows of statements: octets as UTF-8. */
export async function databaseTexts(url: string): Promise<readonly string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const tables = await sql<{ schema: string; table: string }[]>`
      select schemaname as schema, relname as table from pg_stat_user_tables order by 1, 2`;
    const texts: string[] = [];
    for (const { schema, table } of tables) {
      texts.push(...textsIn(await sql`select * from ${sql(schema)}.${sql(table)}`));
    }
    texts.push(...textsIn(await sql`select * from pg_stat_activity where datname = current_database()`));
    return texts;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
