import { sql } from 'drizzle-orm';
import { importColumns } from '../../domain/master-data/import-columns.ts';
import type { TicketType } from '../../domain/tickets/ticket.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { readCsv, repeated, throwIfAny, type CsvProblem } from './csv.ts';
import { assets, categories, configurationItems } from '../schema/index.ts';

/** Rows of the file; those that were there already, as they are, are in neither. */
export interface ImportResult {
  readonly created: number;
  readonly updated: number;
}

const ticketTypeNames: ReadonlyMap<string, TicketType> = new Map([
  ['i', 'I'],
  ['incident', 'I'],
  ['s', 'S'],
  ['service request', 'S'],
  ['r', 'R'],
  ['change request', 'R'],
  ['e', 'E'],
  ['event', 'E'],
]);

/**
 * Columns `code, path, type, process` and, not required, `supportGroup` and `guid` (an empty one is kept); type is a letter (I, S, R, E) or its word. A category is known by
 * its code, in any case, and takes what the file says; those not in the file stay. All or nothing: throws CsvImportError.
 */
export const importCategories = async (db: Db | Tx, csv: string): Promise<ImportResult> => {
  const rows = readCsv(csv, importColumns.categories);
  const records = rows.map(({ line, values: { code, path, type, process, supportGroup, guid } }) => {
    const names = path.split('/').map((name) => name.trim());
    return {
      line,
      code,
      name: names.at(-1) ?? '',
      path: names.join('/'),
      emptyName: names.includes(''),
      ticketType: ticketTypeNames.get(type.toLowerCase()) ?? null,
      process,
      supportGroup: supportGroup === '' ? null : supportGroup,
      guid: guid === '' ? null : guid.replace(/[{}]/gu, '').toLowerCase(),
    };
  });
  throwIfAny([
    ...repeated(rows, 'code'),
    ...repeated(rows, 'path'),
    ...repeated(
      rows.filter(({ values }) => values.guid !== ''),
      'guid',
    ),
    ...records.flatMap(({ line, emptyName, ticketType }): CsvProblem[] => [
      ...(emptyName
        ? [{ line, column: 'path', message: 'A name in the path is empty: write Incidents/Equipment/Smartphone.' }]
        : []),
      ...(ticketType === null
        ? [{ line, column: 'type', message: `The type is one of ${[...ticketTypeNames.keys()].join(', ')}.` }]
        : []),
    ]),
  ]);
  const source = sql`jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as source (
    line int, code text, name text, path text, "ticketType" text, process text, "supportGroup" text, guid text)`;
  return db.transaction(async (tx) => {
    const taken = await tx.execute<{ line: number; code: string }>(sql`
      select source.line, ${categories.code} from ${source}
      join ${categories} on lower(${categories.path}) = lower(source.path) and lower(${categories.code}) <> lower(source.code)`);
    const guids = await tx.execute<{ line: number; code: string }>(sql`
      select source.line, ${categories.code} from ${source}
      join ${categories} on ${categories.guid} = source.guid and lower(${categories.code}) <> lower(source.code)`);
    throwIfAny([
      ...taken.map(({ line, code }) => ({
        line,
        column: 'path',
        message: `The category ${code} has this path already: give one of them another path.`,
      })),
      ...guids.map(({ line, code }) => ({
        line,
        column: 'guid',
        message: `The category ${code} has this GUID already: give one of them another one.`,
      })),
    ]);
    return countImported(
      await tx.execute<Imported>(sql`
        insert into ${categories} (code, name, path, ticket_type, process, support_group, guid)
        select code, name, path, "ticketType", process, "supportGroup", guid from ${source}
        on conflict (lower(code)) do update set
          code = excluded.code, name = excluded.name, path = excluded.path, ticket_type = excluded.ticket_type,
          process = excluded.process, support_group = excluded.support_group,
          guid = coalesce(excluded.guid, categories.guid), updated_at = now()
        where (categories.code, categories.path, categories.ticket_type, categories.process, categories.support_group, categories.guid)
          is distinct from
          (excluded.code, excluded.path, excluded.ticket_type, excluded.process, excluded.support_group, coalesce(excluded.guid, categories.guid))
        returning xmax = 0 as created`),
    );
  });
};

/** Columns `tag, name`. An asset is known by its tag, in any case. All or nothing: throws CsvImportError. */
export const importAssets = async (db: Db | Tx, csv: string): Promise<ImportResult> => {
  const rows = readCsv(csv, importColumns.assets);
  throwIfAny(repeated(rows, 'tag'));
  const records = rows.map(({ values }) => values);
  return countImported(
    await db.execute<Imported>(sql`
      insert into ${assets} (tag, name)
      select tag, name from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as source (tag text, name text)
      on conflict (lower(tag)) do update set tag = excluded.tag, name = excluded.name, updated_at = now()
      where (assets.tag, assets.name) is distinct from (excluded.tag, excluded.name)
      returning xmax = 0 as created`),
  );
};

/** The column `name`: a configuration item is known by it, in any case. All or nothing: throws CsvImportError. */
export const importConfigurationItems = async (db: Db | Tx, csv: string): Promise<ImportResult> => {
  const rows = readCsv(csv, importColumns['configuration-items']);
  throwIfAny(repeated(rows, 'name'));
  const records = rows.map(({ values }) => values);
  return countImported(
    await db.execute<Imported>(sql`
      insert into ${configurationItems} (name)
      select name from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as source (name text)
      on conflict (lower(name)) do update set name = excluded.name, updated_at = now()
      where configuration_items.name is distinct from excluded.name
      returning xmax = 0 as created`),
  );
};

interface Imported extends Record<string, unknown> {
  readonly created: boolean;
}

const countImported = (rows: readonly Imported[]): ImportResult => {
  const created = rows.filter((row) => row.created).length;
  return { created, updated: rows.length - created };
};
