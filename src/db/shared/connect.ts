import { makePgArray } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { withPreparedStatements } from './prepared.ts';
import * as schema from '../schema/index.ts';
import { storable } from '../schema/storable.ts';

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
  /** Resolves when the database answers, on a connection kept for that: not behind statements that take their time. */
  ping(): Promise<void>;
  /** Waits for running queries for up to five seconds. */
  close(): Promise<void>;
}

/** PostgreSQL's oids. */
const oids = { text: 25, textArray: 1009, bigintArray: 1016 };

/** Of an array of one dimension as PostgreSQL writes it (manual, 8.15.6). */
const elementsOf = (text: string): (string | null)[] =>
  Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"|([^",{}]+)/gs), ([, quoted, bare = '']) => {
    if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gs, '$1');
    return bare === 'NULL' ? null : bare;
  });

/**
 * What the driver would ask each new connection for (`fetch_types`): where the server goes away meanwhile, that question fails with
 * nobody to hear of it, and ends the process. The server refuses an array of a type that is missing here as malformed.
 */
const arrayOf = (oid: number, element: (value: unknown) => unknown) => ({
  to: oid,
  from: [oid],
  // A column's own values come as PostgreSQL's text already.
  serialize: (values: readonly unknown[] | string) =>
    typeof values === 'string' ? values : makePgArray(values.map(element)),
  parse: elementsOf,
});

/** What is silent for so long is looked after, by both ends. */
const silenceSeconds = 10;

/**
 * A worker that stands still, or is cut off, in mid-transaction holds its locks for as long: the server then ends it, and the others go
 * on. Milliseconds; by TCP, seconds. A transaction that waits for a mail server between its statements says so itself.
 */
const timeouts = {
  statement_timeout: 60_000,
  lock_timeout: 25_000,
  idle_in_transaction_session_timeout: 20_000,
  tcp_keepalives_idle: silenceSeconds,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
};

/** Connects with the first query, not before; throws nothing here. */
export const connect = (url: string, options: ConnectOptions = {}): Database => {
  const pinging = postgres(url, {
    max: 1,
    fetch_types: false,
    keep_alive: silenceSeconds,
    connection: { application_name: `${options.applicationName ?? 'tsa'} ping` },
  });
  const sql = postgres(url, {
    max: options.max ?? 10,
    onnotice: () => undefined,
    keep_alive: silenceSeconds,
    connection: {
      ...timeouts,
      application_name: options.applicationName ?? 'tsa',
      TimeZone: 'UTC',
      // Our statements are prepared and their plans do not hang on values: planning the facts anew for each mail costs more than reading them.
      plan_cache_mode: 'force_generic_plan',
    },
    fetch_types: false,
    types: {
      text: { to: oids.text, from: [oids.text], serialize: storable, parse: (text: string) => text },
      textArray: arrayOf(oids.textArray, (value) => (typeof value === 'string' ? storable(value) : value)),
      bigintArray: arrayOf(oids.bigintArray, (value) => value),
    },
  });
  return {
    db: drizzle(withPreparedStatements(sql), { schema, casing: 'snake_case' }),
    // A type of our own changes the driver's type; nothing that callers do with it depends on that.
    sql: sql,
    async ping() {
      await pinging`select 1`;
    },
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), pinging.end({ timeout: 0 })]);
    },
  };
};
