import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import * as schema from './schema/index.ts';

/** The pool. Repositories take it or a transaction of it alike. */
export type Db = PostgresJsDatabase<typeof schema>;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export interface ConnectOptions {
  /** Connections at most, 10 by default. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

export interface Database {
  readonly db: Db;
  /** The driver, for LISTEN. */
  readonly sql: Sql;
  /** Waits for running queries for up to five seconds. */
  close(): Promise<void>;
}

/** Connects with the first query, not before; throws nothing here. */
export const connect = (url: string, options: ConnectOptions = {}): Database => {
  const sql = postgres(url, {
    max: options.max ?? 10,
    onnotice: () => undefined,
    connection: { application_name: options.applicationName ?? 'tsa', TimeZone: 'UTC' },
  });
  return {
    db: drizzle(sql, { schema, casing: 'snake_case' }),
    sql,
    close: () => sql.end({ timeout: 5 }),
  };
};
