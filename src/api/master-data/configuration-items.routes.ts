import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  createConfigurationItem,
  deleteConfigurationItem,
  findConfigurationItem,
  listConfigurationItems,
  updateConfigurationItem,
} from '../../db/master-data/configuration-items.ts';
import { importConfigurationItems } from '../../db/master-data/csv-import.ts';
import { configurationItems } from '../../db/schema/index.ts';
import type { RouteDeps } from '../http/deps.ts';
import { createCatalogue } from './catalogue.ts';
import { words } from '../http/common.ts';

const fields = { name: words(200).describe('Unique, case-insensitive.') };

export const createConfigurationItemRoutes = ({ db }: RouteDeps): OpenAPIHono =>
  createCatalogue(
    db,
    {
      path: '/configuration-items',
      tag: 'Configuration items',
      one: 'ConfigurationItem',
      many: 'ConfigurationItems',
      noun: 'configuration_item',
      text: 'Matches part of the name.',
      csv: 'configuration-items',
    },
    {
      item: z.object({ id: z.int(), ...fields }).openapi('ConfigurationItem'),
      create: z.strictObject(fields).openapi('ConfigurationItemCreate'),
      change: z.strictObject(fields).partial().openapi('ConfigurationItemChange'),
    },
    {
      table: configurationItems,
      nameOf: ({ name }) => name,
      view: (item) => item,
      list: listConfigurationItems,
      find: findConfigurationItem,
      create: createConfigurationItem,
      update: updateConfigurationItem,
      remove: deleteConfigurationItem,
      importCsv: importConfigurationItems,
    },
  );
