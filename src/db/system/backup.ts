import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import postgres, { type Sql, type TransactionSql } from 'postgres';
import { z } from 'zod';

const manifestSchema = z.object({
  format: z.literal(1),
  takenAt: z.string(),
  /** Of the last migration: a backup goes back into the version that made it. */
  migration: z.string(),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.int() })),
  /** Last values given out, by sequence: a number is never given again. */
  sequences: z.record(z.string(), z.string()),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

const manifestOf = (folder: string): string => path.join(folder, 'manifest.json');
const fileOf = (folder: string, table: string): string => path.join(folder, `${table}.copy`);

const withServer = async <T>(url: string, use: (sql: Sql) => Promise<T>): Promise<T> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connection: { application_name: 'tsa backup' } });
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
};

/**
 * Writes the whole database, as it is at one moment, into a new folder, while everything runs. The manifest comes last: a folder without
 * one is no backup.
 */
export const backUp = (url: string, folder: string): Promise<BackupManifest> =>
  withServer(url, (sql) =>
    sql.begin('isolation level repeatable read read only', async (tx) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const tables: BackupManifest['tables'] = [];
      for (const name of await tablesInOrder(tx)) {
        const columns = await columnsOf(tx, name);
        const rows = await tx`copy ${tx(name)} (${tx(columns)}) to stdout (format binary)`.readable();
        await pipeline(rows, createWriteStream(fileOf(folder, name), { mode: 0o600 }));
        const [counted] = await tx<{ n: number }[]>`select count(*)::int as n from ${tx(name)}`;
        tables.push({ name, columns, rows: counted?.n ?? 0 });
      }
      const sequences = await tx<{ name: string; last: string }[]>`
        select sequencename as name, last_value::text as last from pg_sequences
        where schemaname = 'public' and last_value is not null`;
      const manifest: BackupManifest = {
        format: 1,
        takenAt: new Date().toISOString(),
        migration: await lastMigration(tx),
        tables,
        sequences: Object.fromEntries(sequences.map(({ name, last }) => [name, last])),
      };
      await writeFile(manifestOf(folder), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
      return manifest;
    }),
  );

/** Throws when the folder holds no whole backup. */
export const readManifest = async (folder: string): Promise<BackupManifest> => {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(manifestOf(folder), 'utf8')));
  } catch (error) {
    throw new Error(`${folder} holds no whole backup: name a folder that tsa backup has made`, { cause: error });
  }
};

/**
 * Message-IDs are made of the ids of outgoing mails. Those sent after the backup are not known any more: none of theirs is given again,
 * for a mail system drops what it has seen.
 */
const idsSkipped = 1_000_000;

/** Fills a migrated database that holds nothing yet, wholly or not at all. Throws, with the remedy, when it does not fit. */
export const restore = (url: string, folder: string): Promise<BackupManifest> =>
  withServer(url, async (sql) => {
    const manifest = await readManifest(folder);
    await sql.begin(async (tx) => {
      if ((await lastMigration(tx)) !== manifest.migration)
        throw new Error('the backup is of another version: restore it with the version that made it, then upgrade');
      const order = await tablesInOrder(tx);
      for (const name of order) {
        const found = await tx`select 1 from ${tx(name)} limit 1`;
        if (found.length > 0)
          throw new Error(`the database is not empty (${name}): restore into a new database or data folder`);
      }
      for (const name of order) {
        const table = manifest.tables.find((each) => each.name === name);
        if (table === undefined) throw new Error(`the backup lacks the table ${name}: its manifest is damaged`);
        const into = await tx`copy ${tx(name)} (${tx(table.columns)}) from stdin (format binary)`.writable();
        await pipeline(createReadStream(fileOf(folder, name)), into);
        const [counted] = await tx<{ n: number }[]>`select count(*)::int as n from ${tx(name)}`;
        if (counted?.n !== table.rows) throw new Error(`the backup of the table ${name} is not whole: use another one`);
      }
      for (const [name, last] of Object.entries(manifest.sequences))
        await tx`select setval(${`public.${name}`}::regclass, ${last}::bigint)`;
      await tx`select setval('public.outbox_id_seq', last_value + ${idsSkipped}) from public.outbox_id_seq`;
    });
    return manifest;
  });

const lastMigration = async (tx: TransactionSql): Promise<string> => {
  const [last] = await tx<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by id desc limit 1`;
  if (last === undefined) throw new Error('the database has no migrations: run tsa migrate');
  return last.hash;
};

const columnsOf = async (tx: TransactionSql, table: string): Promise<string[]> => {
  const rows = await tx<{ name: string }[]>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`;
  return rows.map(({ name }) => name);
};

/** Each after those that it refers to, so that foreign keys hold all the time. */
const tablesInOrder = async (tx: TransactionSql): Promise<string[]> => {
  const names = await tx<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by tablename`;
  const references = await tx<{ child: string; parent: string }[]>`
    select distinct child.relname as child, parent.relname as parent from pg_constraint
    join pg_class as child on child.oid = conrelid join pg_class as parent on parent.oid = confrelid
    where contype = 'f' and conrelid <> confrelid and connamespace = 'public'::regnamespace`;
  const ordered: string[] = [];
  let left = names.map(({ name }) => name);
  while (left.length > 0) {
    const free = left.filter(
      (name) => !references.some(({ child, parent }) => child === name && left.includes(parent)),
    );
    if (free.length === 0) throw new Error(`tables refer to one another in a circle: ${left.join(', ')}`);
    ordered.push(...free);
    left = left.filter((name) => !free.includes(name));
  }
  return ordered;
};
