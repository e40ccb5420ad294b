import { connect as connectTcp, createServer } from 'node:net';
import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseAway } from '../../../src/activities/shared/faults.ts';
import { connect, type Database } from '../../../src/db/shared/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { listen } from '../../support/listen.ts';

describe('a database connection', () => {
  let test: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    database = connect(test.url);
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('takes and gives arrays', async () => {
    const texts = ['plain', 'a "quoted\\ {one}, two', '', 'nul \0'];
    const [row] = await database.db.execute(sql`
      select ${sql.param(texts)}::text[] as texts, ${sql.param([1, 2 ** 53 - 1])}::bigint[] as numbers,
        ${sql.param([])}::text[] as none, 'two' = any(${sql.param(['one', 'two'])}::text[]) as found`);
    expect(row).toEqual({
      texts: ['plain', 'a "quoted\\ {one}, two', '', 'nul \u{fffd}'],
      numbers: ['1', '9007199254740991'],
      none: [],
      found: true,
    });
  });

  it('takes and gives the arrays of a column', async () => {
    const lists = pgTable('lists', { words: text().array().notNull() });
    const words = ['plain', 'a "quoted\\ {one}, two', 'NULL', ''];
    const read = await database.db.transaction(async (tx) => {
      await tx.execute(sql`create temporary table lists (words text[]) on commit drop`);
      await tx.insert(lists).values([{ words }, { words: [] }]);
      return tx.select().from(lists);
    });
    expect(read).toEqual([{ words }, { words: [] }]);
  });

  it('that is lost while it opens fails its query and nothing else, and the next one succeeds', async () => {
    const server = await startFailing(test.url);
    const failing = connect(server.url);
    const ask = () => failing.db.execute(sql`select ${1}::int as one`);

    const asked = await Promise.allSettled(Array.from({ length: 20 }, ask));
    const refused = asked.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
    expect(refused).not.toEqual([]);
    expect(refused.filter((reason) => !isDatabaseAway(reason))).toEqual([]);
    server.recover();
    expect(await ask()).toEqual([{ one: 1 }]);
    await failing.close();
    await server.close();
  });

  it('that is lost during a statement of a transaction fails the transaction and nothing else', async () => {
    const transaction = database.db.transaction(async (tx) => {
      const [backend] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      const slow = tx.execute(sql`select pg_sleep(60)`);
      await database.db.execute(sql`select pg_terminate_backend(${backend?.pid}::int, 5000)`);
      await slow;
    });
    await expect(transaction).rejects.toSatisfy(isDatabaseAway);
    expect(await database.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it('that is lost between two statements of a transaction fails the transaction and nothing else', async () => {
    const statements: string[] = [];
    const transaction = database.db.transaction(async (tx) => {
      const [backend] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await database.db.execute(sql`select pg_terminate_backend(${backend?.pid}::int, 5000)`);
      await lost;
      await tx.execute(sql`select 1`).catch((error: unknown) => {
        expect(isDatabaseAway(error)).toBe(true);
        statements.push('refused');
        throw error;
      });
    });
    // The driver hears of the loss first; the statement comes afterwards.
    const lost = transaction.catch(() => undefined);
    await expect(transaction).rejects.toSatisfy(isDatabaseAway);
    await expect.poll(() => statements).toEqual(['refused']);
    expect(await database.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });
});

/** PostgreSQL by way of a proxy that ends each connection when the server has just said that it is ready, until it recovers. */
async function startFailing(url: string): Promise<{ readonly url: string; recover(): void; close(): Promise<void> }> {
  const target = new URL(url);
  let failing = true;
  const server = createServer((client) => {
    const upstream = connectTcp({ host: target.hostname, port: Number(target.port) });
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.on('close', () => [client, upstream].forEach((one) => one.destroy()));
    }
    client.pipe(upstream);
    upstream.on('data', (octets: Buffer) => {
      client.write(octets);
      // ReadyForQuery: five octets of head, one of state, at the end of what the server sends.
      if (failing && octets.subarray(-6).toString('latin1') === 'Z\0\0\0\u{5}I') client.end();
    });
  });
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(await listen(server));
  return {
    url: proxied.href,
    recover: () => {
      failing = false;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
