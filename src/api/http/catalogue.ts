import { createRoute, z } from '@hono/zod-openapi';
import { decodeCursor, pageOf, pageQuery } from './paging.ts';
import { conflict, json, jsonBody, notFound, unauthorized, unprocessable, unsupported } from './responses.ts';
import { idParams, searchText } from '../schemas/common.ts';

const ImportResultSchema = z
  .object({ created: z.int(), updated: z.int().describe('Rows that were there and differed.') })
  .openapi('ImportResult');

interface CatalogueNames<Path extends string> {
  /** `/assets`. */
  readonly path: Path;
  readonly tag: string;
  /** For operation ids: `Asset`, `Assets`. */
  readonly one: string;
  readonly many: string;
  /** What can be searched. */
  readonly text: string;
  /** The columns of an import. */
  readonly csv: string;
}

/** The six routes that each list of master data has. */
export const catalogueRoutes = <
  const Path extends string,
  Item extends z.ZodObject,
  Create extends z.ZodObject,
  Change extends z.ZodObject,
>(
  { path, tag, one, many, text, csv }: CatalogueNames<Path>,
  { item, create, change }: { readonly item: Item; readonly create: Create; readonly change: Change },
) => {
  const tags = [tag];
  const onePath = `${path}/{id}` as const;
  return {
    list: createRoute({
      method: 'get',
      path,
      operationId: `list${many}`,
      tags,
      summary: `${tag}, by id`,
      request: { query: z.strictObject({ ...pageQuery, text: searchText.optional().describe(text) }) },
      responses: {
        200: json(pageOf(item).openapi(`${one}Page`), 'A page.'),
        ...unauthorized,
        ...unprocessable,
      },
    }),
    create: createRoute({
      method: 'post',
      path,
      operationId: `create${one}`,
      tags,
      summary: 'Add one',
      request: { body: jsonBody(create) },
      responses: { 201: json(item, 'Added.'), ...unauthorized, ...conflict, ...unsupported, ...unprocessable },
    }),
    read: createRoute({
      method: 'get',
      path: onePath,
      operationId: `read${one}`,
      tags,
      summary: 'One of them',
      request: { params: idParams },
      responses: { 200: json(item, 'As stored.'), ...unauthorized, ...notFound },
    }),
    update: createRoute({
      method: 'patch',
      path: onePath,
      operationId: `update${one}`,
      tags,
      summary: 'Change some fields',
      request: { params: idParams, body: jsonBody(change) },
      responses: {
        200: json(item, 'Changed.'),
        ...unauthorized,
        ...notFound,
        ...conflict,
        ...unsupported,
        ...unprocessable,
      },
    }),
    remove: createRoute({
      method: 'delete',
      path: onePath,
      operationId: `delete${one}`,
      tags,
      summary: 'Delete one that nothing refers to',
      request: { params: idParams },
      responses: { 204: { description: 'Deleted.' }, ...unauthorized, ...notFound, ...conflict },
    }),
    importCsv: createRoute({
      method: 'post',
      path: `${path}/import` as const,
      operationId: `import${many}`,
      tags,
      summary: 'Add and change many from a CSV file, all or none',
      description: `Columns: ${csv}. UTF-8, comma, a header line. Rows that are there are changed, others added, none deleted.`,
      request: {
        body: { required: true, content: { 'text/csv': { schema: { type: 'string' as const } } } },
      },
      responses: { 200: json(ImportResultSchema, 'Imported.'), ...unauthorized, ...unsupported, ...unprocessable },
    }),
  };
};

/** One page's bounds, with a row too many to see whether there is a next one. */
export const pageAfter = ({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }) => ({
  after: decodeCursor(cursor),
  limit: limit + 1,
});
