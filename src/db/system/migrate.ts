import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url));

/** Any number, the same in every process that migrates. */
const lockKey = 7_411_830_246;

/** Brings the database up to date. Several processes may call it at once: the migrator itself takes no lock, so one is held here. */
export const migrate = async (url: string): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connection: { application_name: 'tsa migrate' } });
  try {
    await sql`select pg_advisory_lock(${lockKey})`;
    // Ending the session below gives the lock back, whatever happens in between.
    await applyMigrations(drizzle(sql), { migrationsFolder });
  } finally {
    await sql.end({ timeout: 5 });
  }
};
