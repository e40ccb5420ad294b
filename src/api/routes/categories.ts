import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { findCategory } from '../../db/categories.ts';
import { createCategory, deleteCategory, listCategoryPage, updateCategory } from '../../db/category-catalogue.ts';
import { importCategories } from '../../db/csv-import.ts';
import { logAdministrator } from '../administrator-log.ts';
import type { RouteDeps } from '../deps.ts';
import { catalogueRoutes, pageAfter } from '../http/catalogue.ts';
import { readCsvBody, refuseCsv } from '../http/csv-body.ts';
import { toPage } from '../http/paging.ts';
import { createRouter } from '../http/validation.ts';
import { words } from '../schemas/common.ts';
import { TicketTypeSchema } from '../schemas/ticket.ts';

const fields = {
  code: words(200).describe('Unique, in any case.'),
  path: words(500)
    .regex(/^[^/]+(?:\/[^/]+)*$/, 'write it like Incidents/Equipment/Smartphone, without empty names.')
    .describe('Names from the root, joined by `/`; the last one is its own. Unique, in any case.'),
  ticketType: TicketTypeSchema,
  process: words(200).describe('The process that its new tickets start.'),
  supportGroup: words(200).nullable(),
};

const routes = catalogueRoutes(
  {
    path: '/categories',
    tag: 'Categories',
    one: 'Category',
    many: 'Categories',
    text: 'Part of the code or the path.',
    csv: 'code, path, type, process and, if you like, supportGroup',
  },
  {
    item: z
      .object({ id: z.int(), name: z.string().describe('The last name of the path.'), ...fields })
      .openapi('Category'),
    create: z.strictObject(fields).partial({ supportGroup: true }).openapi('CategoryCreate'),
    change: z.strictObject(fields).partial().openapi('CategoryChange'),
  },
);

export const createCategoryRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(routes.list, async (c) => {
    const query = c.req.valid('query');
    return c.json(toPage(await listCategoryPage(db, query, pageAfter(query)), query.limit), 200);
  });

  app.openapi(routes.create, async (c) => {
    const created = await db.transaction(async (tx) => {
      const form = c.req.valid('json');
      const category = await createCategory(tx, { ...form, supportGroup: form.supportGroup ?? null });
      await logAdministrator(tx, { operation: 'category.create', result: `created: ${category.code}` });
      return category;
    });
    return c.json(created, 201, { Location: `${c.req.path}/${created.id}` });
  });

  app.openapi(routes.read, async (c) => c.json(await findCategory(db, c.req.valid('param').id), 200));

  app.openapi(routes.update, async (c) => {
    const changes = c.req.valid('json');
    const updated = await db.transaction(async (tx) => {
      const category = await updateCategory(tx, c.req.valid('param').id, changes);
      const result = `${category.code}: changed: ${Object.keys(changes).join(', ')}`;
      await logAdministrator(tx, { operation: 'category.update', result });
      return category;
    });
    return c.json(updated, 200);
  });

  app.openapi(routes.remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      const { code } = await findCategory(tx, id);
      await deleteCategory(tx, id);
      await logAdministrator(tx, { operation: 'category.delete', result: `deleted: ${code}` });
    });
    return c.body(null, 204);
  });

  app.openapi(routes.importCsv, async (c) => {
    const csv = await readCsvBody(c);
    const imported = await db.transaction(async (tx) => {
      const counts = await importCategories(tx, csv).catch(refuseCsv);
      const result = `${counts.created} created, ${counts.updated} updated`;
      await logAdministrator(tx, { operation: 'category.import', result });
      return counts;
    });
    return c.json(imported, 200);
  });
  return app;
};
