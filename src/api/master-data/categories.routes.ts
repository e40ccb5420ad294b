import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { findCategory } from '../../db/master-data/categories.ts';
import {
  createCategory,
  deleteCategory,
  listCategoryPage,
  updateCategory,
} from '../../db/master-data/category-catalogue.ts';
import { importCategories } from '../../db/master-data/csv-import.ts';
import { categories } from '../../db/schema/index.ts';
import type { RouteDeps } from '../http/deps.ts';
import { createCatalogue } from './catalogue.ts';
import { words } from '../http/common.ts';
import { TicketTypeSchema } from '../tickets/ticket.schema.ts';

const fields = {
  code: words(200).describe('Unique, case-insensitive.'),
  guid: z
    .string()
    .trim()
    .regex(
      /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/iu,
      'write it like 44D88612-FEA8-A8F3-6DE8-2E1278ABB02F.',
    )
    .transform((guid) => guid.replace(/[{}]/gu, '').toLowerCase())
    .nullable()
    .describe('By which `@CATALOG_GUID@` names it, kept in lower case without braces. Unique.'),
  path: words(500)
    .regex(/^[^/]+(?:\/[^/]+)*$/, 'write it like Incidents/Equipment/Smartphone, without empty names.')
    .describe(
      'Names from the root, joined by `/`. The last one is the name of the category. Unique, case-insensitive.',
    ),
  ticketType: TicketTypeSchema,
  process: words(200).describe('Process that new tickets of the category start.'),
  supportGroup: words(200).nullable(),
};

export const createCategoryRoutes = ({ db }: RouteDeps): OpenAPIHono =>
  createCatalogue(
    db,
    {
      path: '/categories',
      tag: 'Categories',
      one: 'Category',
      many: 'Categories',
      noun: 'category',
      text: 'Matches part of the code or path.',
      csv: 'categories',
    },
    {
      item: z
        .object({ id: z.int(), name: z.string().describe('Last name of the path.'), ...fields })
        .openapi('Category'),
      create: z.strictObject(fields).partial({ supportGroup: true, guid: true }).openapi('CategoryCreate'),
      change: z.strictObject(fields).partial().openapi('CategoryChange'),
    },
    {
      table: categories,
      nameOf: ({ code }) => code,
      view: (category) => category,
      list: listCategoryPage,
      find: findCategory,
      create: (tx, form) =>
        createCategory(tx, { ...form, supportGroup: form.supportGroup ?? null, guid: form.guid ?? null }),
      update: updateCategory,
      remove: deleteCategory,
      importCsv: importCategories,
    },
  );
