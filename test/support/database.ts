import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import postgres, { type Sql } from 'postgres';
import { inject } from 'vitest';
import { migrate } from '../../src/db/system/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a running server, as a superuser. */
    postgresUrl: string;
  }
}

export interface TestDatabase {
  readonly url: string;
  /** Ends what is still connected to it. */
  drop(): Promise<void>;
}

/** A migrated database of its own for one test file: a copy of a template, which is migrated once a server. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const serverUrl = inject('postgresUrl');
  const name = `tsa_test_${randomUUID().replaceAll('-', '')}`;
  await withServer(serverUrl, async (sql) => {
    const template = await ensureTemplate(sql, serverUrl);
    await sql`create database ${sql(name)} template ${sql(template)}`;
  });
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => withServer(serverUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
};

const ensureTemplate = async (sql: Sql, serverUrl: string): Promise<string> => {
  const template = `tsa_template_${await migrationsDigest()}`;
  // Two test files start at once; the copy needs a template that nobody is connected to. Held until the session ends.
  await sql`select pg_advisory_lock(hashtext('tsa test template'))`;
  const [existing] = await sql`select 1 from pg_database where datname = ${template} and datistemplate`;
  if (existing === undefined) {
    await sql`drop database if exists ${sql(template)}`;
    await sql`create database ${sql(template)}`;
    await migrate(databaseUrl(serverUrl, template));
    await sql`alter database ${sql(template)} is_template true`;
  }
  return template;
};

const migrationsDigest = async (): Promise<string> => {
  const folder = new URL('../../drizzle/', import.meta.url);
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
    hash.update(await readFile(new URL(file, folder)));
  }
  return hash.digest('hex').slice(0, 12);
};

const databaseUrl = (serverUrl: string, name: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};

const withServer = async (url: string, use: (sql: Sql) => Promise<unknown>): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await use(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
};
