import { DrizzleQueryError } from 'drizzle-orm';
import type { Config } from '../../config/config.ts';
import { connect, type Db } from '../../db/shared/connect.ts';
import { runningAddresses } from '../../embedded/running.ts';

/** DATABASE_URL, or the database of the `tsa up` that has the data folder; undefined when none runs. */
export const runningDatabaseUrl = ({ databaseUrl, dataDir }: Config): string | undefined =>
  databaseUrl ?? runningAddresses(dataDir)?.databaseUrl;

/** What the database refuses is an error without its statement: that holds what was to be stored. */
export async function withDatabase<T>(url: string, use: (db: Db) => Promise<T>): Promise<T> {
  const database = connect(url, { max: 1, applicationName: 'tsa keys' });
  try {
    return await use(database.db);
  } catch (error) {
    const cause = error instanceof DrizzleQueryError ? error.cause : error;
    if (!(cause instanceof Error && 'code' in cause)) throw error;
    const reason = cause.message === '' ? String(cause.code) : cause.message;
    throw new Error(`the database cannot be used: ${reason}; tsa doctor says more`);
  } finally {
    await database.close();
  }
}
