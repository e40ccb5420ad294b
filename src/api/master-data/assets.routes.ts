import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { createAsset, deleteAsset, findAsset, listAssets, updateAsset } from '../../db/master-data/assets.ts';
import { importAssets } from '../../db/master-data/csv-import.ts';
import { assets } from '../../db/schema/index.ts';
import type { RouteDeps } from '../http/deps.ts';
import { createCatalogue } from './catalogue.ts';
import { words } from '../http/common.ts';

const fields = { tag: words(200).describe('Unique, case-insensitive.'), name: words(200) };

export const createAssetRoutes = ({ db }: RouteDeps): OpenAPIHono =>
  createCatalogue(
    db,
    {
      path: '/assets',
      tag: 'Assets',
      one: 'Asset',
      many: 'Assets',
      noun: 'asset',
      text: 'Matches part of the tag or name.',
      csv: 'assets',
    },
    {
      item: z.object({ id: z.int(), ...fields }).openapi('Asset'),
      create: z.strictObject(fields).openapi('AssetCreate'),
      change: z.strictObject(fields).partial().openapi('AssetChange'),
    },
    {
      table: assets,
      nameOf: ({ tag }) => tag,
      view: (asset) => asset,
      list: listAssets,
      find: findAsset,
      create: createAsset,
      update: updateAsset,
      remove: deleteAsset,
      importCsv: importAssets,
    },
  );
