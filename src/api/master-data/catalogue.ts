import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { TransactionRollbackError } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db, Tx } from '../../db/shared/connect.ts';
import type { MasterDataNoun } from '../../domain/log/operation-log-event.ts';
import type { ImportResult } from '../../db/master-data/csv-import.ts';
import { firstRecords, separatorOf, separators } from '../../db/master-data/csv.ts';
import { lockRow } from '../../db/shared/lock.ts';
import type { PageAfter } from '../../db/shared/page.ts';
import { importColumns, type ImportedList } from '../../domain/master-data/import-columns.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import { flag, idParams, searchText } from '../http/common.ts';
import { csvEncodings, readCsvBody, refuseCsv } from './csv-body.ts';
import { entityTag, ifMatch, requireMatch, withEntityTag } from '../http/entity-tag.ts';
import { pageAfter, pageOf, pageQuery, toPage } from '../http/paging.ts';
import {
  conflict,
  json,
  jsonBody,
  notFound,
  ofRemoval,
  ofUpdate,
  unauthorized,
  unprocessable,
  unsupported,
} from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';

const ImportResultSchema = z
  .object({
    created: z.int(),
    updated: z.int().describe('Existing rows that differed.'),
    encoding: z.enum(csvEncodings).describe('Encoding in which the file was read.'),
    separator: z.enum(separators).describe('Separator of the values.'),
    preview: z.array(z.array(z.string())).describe('The header and the first ten records.'),
  })
  .openapi('ImportResult');

const previewed = 10;

interface CatalogueNames {
  /** `/assets`. */
  readonly path: string;
  readonly tag: string;
  /** For operation ids: `Asset`, `Assets`. */
  readonly one: string;
  readonly many: string;
  readonly noun: MasterDataNoun;
  /** What can be searched. */
  readonly text: string;
  /** Whose columns a CSV file has. Undefined if the list cannot be imported. */
  readonly csv?: ImportedList;
}

interface CatalogueSchemas<Item extends z.ZodObject, Create extends z.ZodObject, Change extends z.ZodObject> {
  readonly item: Item;
  readonly create: Create;
  readonly change: Change;
}

/** How a list of master data is kept. `Stored`: as the database has it. */
interface CatalogueStore<Stored, Item, Create, Change> {
  /** Whose row is locked while an entry changes. */
  readonly table: PgTable & { readonly id: PgColumn };
  /** As the log names an entry. */
  readonly nameOf: (stored: Stored) => string;
  readonly view: (stored: Stored) => Item;
  readonly list: (db: Db, filter: { readonly text?: string | undefined }, page: PageAfter) => Promise<Stored[]>;
  readonly find: (db: Db | Tx, id: number) => Promise<Stored>;
  readonly create: (tx: Tx, form: Create) => Promise<Stored>;
  readonly update: (tx: Tx, id: number, changes: Change) => Promise<Stored>;
  readonly remove: (tx: Tx, id: number) => Promise<void>;
  readonly importCsv?: (tx: Tx, csv: string) => Promise<ImportResult>;
}

/** What each list of master data has: read, searched, added to, changed, removed from, and, where it has columns, imported into. */
export const createCatalogue = <
  Stored,
  Item extends z.ZodObject,
  Create extends z.ZodObject,
  Change extends z.ZodObject,
>(
  db: Db,
  names: CatalogueNames,
  schemas: CatalogueSchemas<Item, Create, Change>,
  store: CatalogueStore<Stored, z.input<Item> & { readonly id: number }, z.output<Create>, z.output<Change>>,
): OpenAPIHono => {
  const app = createRouter();
  const routes = catalogueRoutes(names, schemas);
  const { noun } = names;

  app.openapi(routes.list, async (c) => {
    const query = c.req.valid('query');
    const rows = (await store.list(db, query, pageAfter(query))).map(store.view);
    return c.json(toPage(rows, query.limit), 200);
  });

  app.openapi(routes.create, async (c) => {
    const created = await db.transaction(async (tx) => {
      const stored = await store.create(tx, c.req.valid('json') as z.output<Create>);
      await logAdministrator(tx, { operation: `${noun}.create`, result: `created: ${store.nameOf(stored)}` });
      return store.view(stored);
    });
    return c.json(created, 201, { ...withEntityTag(created), Location: `${c.req.path}/${created.id}` });
  });

  app.openapi(routes.read, async (c) => {
    const found = store.view(await store.find(db, c.req.valid('param').id));
    return c.json(found, 200, withEntityTag(found));
  });

  app.openapi(routes.update, async (c) => {
    const changes = c.req.valid('json') as z.output<Change>;
    const { id } = c.req.valid('param');
    const updated = await db.transaction(async (tx) => {
      await lockRow(tx, store.table, id);
      requireMatch(c, entityTag(store.view(await store.find(tx, id))));
      const stored = await store.update(tx, id, changes);
      const result = `${store.nameOf(stored)}: changed: ${Object.keys(changes).join(', ')}`;
      await logAdministrator(tx, { operation: `${noun}.update`, result });
      return store.view(stored);
    });
    return c.json(updated, 200, withEntityTag(updated));
  });

  app.openapi(routes.remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      await lockRow(tx, store.table, id);
      const stored = await store.find(tx, id);
      requireMatch(c, entityTag(store.view(stored)));
      await store.remove(tx, id);
      await logAdministrator(tx, { operation: `${noun}.delete`, result: `deleted: ${store.nameOf(stored)}` });
    });
    return c.body(null, 204);
  });

  const { importCsv } = store;
  if (importCsv !== undefined)
    app.openapi(routes.importCsv, async (c) => {
      const { text: csv, encoding } = await readCsvBody(c);
      const { dryRun } = c.req.valid('query');
      const imported = await rolledBackIf(dryRun, db, async (tx) => {
        const counts = await importCsv(tx, csv).catch(refuseCsv);
        const result = `${counts.created} created, ${counts.updated} updated`;
        await logAdministrator(tx, { operation: `${noun}.import`, result });
        return counts;
      });
      const separator = separatorOf(csv);
      return c.json({ ...imported, encoding, separator, preview: firstRecords(csv, previewed) }, 200);
    });
  return app;
};

const describeColumns = (list: ImportedList): string => {
  const { required, optional } = importColumns[list];
  const more = optional.length === 0 ? '' : ` and optionally ${optional.join(', ')}`;
  return `${required.join(', ')}${more}`;
};

/** A dry run does all that the real one does, and leaves nothing. */
const rolledBackIf = async <T>(dryRun: boolean, db: Db, work: (tx: Tx) => Promise<T>): Promise<T> => {
  let result: { readonly value: T } | undefined;
  try {
    return await db.transaction(async (tx) => {
      result = { value: await work(tx) };
      return dryRun ? tx.rollback() : result.value;
    });
  } catch (error) {
    if (error instanceof TransactionRollbackError && result !== undefined) return result.value;
    throw error;
  }
};

const catalogueRoutes = (
  { path, tag, one, many, text, csv }: CatalogueNames,
  { item, create, change }: CatalogueSchemas<z.ZodObject, z.ZodObject, z.ZodObject>,
) => {
  const tags = [tag];
  const onePath = `${path}/{id}`;
  return {
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${many}`,
      tags,
      summary: `List ${tag.toLowerCase()}, ordered by ID`,
      request: { query: z.strictObject({ ...pageQuery, text: searchText.optional().describe(text) }) },
      responses: {
        200: json(pageOf(item).openapi(`${one}Page`), 'One page of results.'),
        ...unauthorized,
        ...unprocessable,
      },
    }),
    create: createRoute({
      method: 'post',
      path,
      operationId: `create${one}`,
      tags,
      summary: 'Create an entry',
      request: { body: jsonBody(create) },
      responses: { 201: json(item, 'Created.'), ...unauthorized, ...conflict, ...unsupported, ...unprocessable },
    }),
    read: createRoute({
      method: 'get',
      path: onePath,
      operationId: `read${one}`,
      tags,
      summary: 'Get an entry',
      request: { params: idParams },
      responses: { 200: json(item, 'The stored values.'), ...unauthorized, ...notFound },
    }),
    update: createRoute({
      method: 'patch',
      path: onePath,
      operationId: `update${one}`,
      tags,
      summary: 'Change fields',
      request: { params: idParams, ...ifMatch, body: jsonBody(change) },
      responses: {
        200: json(item, 'Changed.'),
        ...ofUpdate,
      },
    }),
    remove: createRoute({
      method: 'delete',
      path: onePath,
      operationId: `delete${one}`,
      tags,
      summary: 'Delete an entry that nothing refers to',
      request: { params: idParams, ...ifMatch },
      responses: {
        204: { description: 'Deleted.' },
        ...ofRemoval,
      },
    }),
    importCsv: createRoute({
      method: 'post',
      path: `${path}/import`,
      operationId: `import${many}`,
      tags,
      summary: 'Import a CSV file, completely or not at all',
      description: `Columns: ${csv === undefined ? 'none' : describeColumns(csv)}. Lists within a value are separated by semicolons. With a header line, separated by comma, semicolon or tab, in UTF-8, UTF-16 or Windows-1252. Existing rows are updated, new ones created, none deleted.`,
      request: {
        query: z.strictObject({
          dryRun: flag.prefault('false').describe('Reports what the import would do, and changes nothing.'),
        }),
        body: { required: true, content: { 'text/csv': { schema: { type: 'string' as const } } } },
      },
      responses: { 200: json(ImportResultSchema, 'Imported.'), ...unauthorized, ...unsupported, ...unprocessable },
    }),
  };
};
