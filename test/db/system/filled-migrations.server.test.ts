import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';
import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { type Row, rowsOfVersion14 } from './version-14-rows.ts';

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly tag: string }[];
}

const drizzleFolder = path.resolve(import.meta.dirname, '../../../drizzle');
const journal = JSON.parse(readFileSync(path.join(drizzleFolder, 'meta/_journal.json'), 'utf8')) as Journal;
const versions = journal.entries.slice(14, -1).map(({ idx, tag }) => ({ version: idx, tag }));

/** Applies the migrations up to this one, and no later. */
async function migrateTo(sql: Sql, version: number): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-migrations-'));
  try {
    cpSync(drizzleFolder, folder, { recursive: true });
    const entries = journal.entries.filter(({ idx }) => idx <= version);
    writeFileSync(path.join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
    await applyMigrations(drizzle(sql), { migrationsFolder: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const insert = async (sql: Sql, table: string, rows: readonly Row[]): Promise<void> => {
  const columns = sql(Object.keys(rows[0] ?? {}));
  await sql`insert into ${sql(table)} (${columns}) overriding system value
    select ${columns} from jsonb_populate_recordset(null::${sql(table)}, ${JSON.stringify(rows)}::text::jsonb)`;
};

/** All rows of the tables that were filled, in a fixed order, with the columns that there are. */
const rowsOf = async (sql: Sql, table: string): Promise<readonly Row[]> =>
  (await sql<{ row: Row }[]>`select to_jsonb(t) as row from ${sql(table)} t order by to_jsonb(t)::text`).map(
    ({ row }) => row,
  );

/** What migrations change of rows on purpose: 0015 tells the round of approvals and sends back what was not approved. */
const changed: Readonly<Record<string, readonly string[]>> = {
  tickets: ['phase', 'assigned_group', 'approval_round'],
  approvals: ['round'],
  workflow_outbox: [],
};

const without = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column)));

describe('migrations over a database with rows', () => {
  it.each(versions)(
    'go on from version $version ($tag), one after the other, and lose nothing',
    async ({ version }) => {
      const test = await createTestDatabase();
      const sql = postgres(test.url, { max: 1, onnotice: () => undefined });
      try {
        await sql`drop schema public cascade`;
        await sql`drop schema drizzle cascade`;
        await sql`create schema public`;
        await migrateTo(sql, version);
        for (const [table, rows] of rowsOfVersion14) await insert(sql, table, rows);
        const tables = [...new Set(rowsOfVersion14.map(([table]) => table))];
        const before = new Map<string, readonly Row[]>();
        for (const table of tables) before.set(table, await rowsOf(sql, table));
        for (const { idx } of journal.entries.slice(version + 1)) await migrateTo(sql, idx);
        for (const table of tables) {
          const after = await rowsOf(sql, table);
          const ignored = changed[table] ?? [];
          for (const row of before.get(table) ?? [])
            expect(
              after.map((later) => without(later, ignored)),
              table,
            ).toContainEqual(expect.objectContaining(without(row, ignored)));
        }
        expect(await sql`select conname from pg_constraint where not convalidated`).toHaveLength(0);
      } finally {
        await sql.end();
        await test.drop();
      }
    },
  );

  it('S-16: tell of each line of the log by what kind of author it was written', async () => {
    const lines = [
      { operation: 'CREATE', who: 'admin token', message_id: 7, kind: 'mail' },
      { operation: 'CREATE', who: 'anna@corp.test', message_id: 7, kind: 'mail' },
      { operation: 'outbox.bounced', who: 'agent', message_id: 7, kind: 'system' },
      { operation: 'TARGET', who: 'process', message_id: null, kind: 'system' },
      { operation: 'message.release', who: 'anna', message_id: 7, kind: 'user' },
      { operation: 'message.release', who: 'token monitor', message_id: 7, kind: 'token' },
      { operation: 'agent.switch', who: 'admin token', message_id: null, kind: 'token' },
      { operation: 'session.begin', who: 'admin token', message_id: null, kind: 'user' },
      { operation: 'session.refused', who: 'anna', message_id: null, kind: 'unknown' },
      { operation: 'keys.rotate', who: 'tsa keys', message_id: null, kind: 'command' },
    ];
    const test = await createTestDatabase();
    const sql = postgres(test.url, { max: 1, onnotice: () => undefined });
    try {
      await sql`drop schema public cascade`;
      await sql`drop schema drizzle cascade`;
      await sql`create schema public`;
      await migrateTo(sql, 30);
      for (const { operation, who, message_id } of lines)
        await sql`insert into operation_log (at, level, operation, who, message_id, result)
          values (now(), 'info', ${operation}, ${who}, ${message_id}, 'x')`;
      await migrateTo(sql, 31);
      expect(
        await sql`select operation, who, message_id::int, who_kind as kind from operation_log order by id`,
      ).toEqual(lines);
    } finally {
      await sql.end();
      await test.drop();
    }
  });
});
