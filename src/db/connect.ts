import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { withPreparedStatements } from './prepared.ts';
import * as schema from './schema/index.ts';
import { storable } from './storable.ts';

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

/** PostgreSQL's oid of `text`. */
const textOid = 25;

/** Connects with the first query, not before; throws nothing here. */
export const connect = (url: string, options: ConnectOptions = {}): Database => {
  const sql = postgres(url, {
    max: options.max ?? 10,
    onnotice: () => undefined,
    connection: {
      application_name: options.applicationName ?? 'tsa',
      TimeZone: 'UTC',
      // Our statements are prepared and their plans do not hang on values: planning the facts anew for each mail costs more than reading them.
      plan_cache_mode: 'force_generic_plan',
    },
    types: { text: { to: textOid, from: [textOid], serialize: storable, parse: (text: string) => text } },
  });
  return {
    db: drizzle(withPreparedStatements(sql), { schema, casing: 'snake_case' }),
    // A type of our own changes the driver's type; nothing that callers do with it depends on that.
    sql: sql,
    close: () => sql.end({ timeout: 5 }),
  };
};
