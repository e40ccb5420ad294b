import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Database } from '../../../src/db/shared/connect.ts';
import { migrate } from '../../../src/db/system/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('migrations', () => {
  let test: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    database = connect(test.url);
    await database.sql`drop schema public cascade`;
    await database.sql`drop schema drizzle cascade`;
    await database.sql`create schema public`;
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('are applied once by processes that migrate at the same time', async () => {
    await Promise.all([migrate(test.url), migrate(test.url), migrate(test.url)]);
    const applied = await database.sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations`;
    expect(new Set(applied.map(({ hash }) => hash)).size).toBe(applied.length);
    expect(applied.length).toBeGreaterThan(0);
  });
});
