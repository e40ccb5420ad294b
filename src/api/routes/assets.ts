import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { createAsset, deleteAsset, findAsset, listAssets, updateAsset } from '../../db/assets.ts';
import { importAssets } from '../../db/csv-import.ts';
import { logAdministrator } from '../administrator-log.ts';
import type { RouteDeps } from '../deps.ts';
import { catalogueRoutes, pageAfter } from '../http/catalogue.ts';
import { readCsvBody, refuseCsv } from '../http/csv-body.ts';
import { toPage } from '../http/paging.ts';
import { createRouter } from '../http/validation.ts';
import { words } from '../schemas/common.ts';

const fields = { tag: words(200).describe('Unique, in any case.'), name: words(200) };

const routes = catalogueRoutes(
  {
    path: '/assets',
    tag: 'Assets',
    one: 'Asset',
    many: 'Assets',
    text: 'Part of the tag or the name.',
    csv: 'tag, name',
  },
  {
    item: z.object({ id: z.int(), ...fields }).openapi('Asset'),
    create: z.strictObject(fields).openapi('AssetCreate'),
    change: z.strictObject(fields).partial().openapi('AssetChange'),
  },
);

export const createAssetRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(routes.list, async (c) => {
    const query = c.req.valid('query');
    return c.json(toPage(await listAssets(db, query, pageAfter(query)), query.limit), 200);
  });

  app.openapi(routes.create, async (c) => {
    const created = await db.transaction(async (tx) => {
      const asset = await createAsset(tx, c.req.valid('json'));
      await logAdministrator(tx, { operation: 'asset.create', result: `created: ${asset.tag}` });
      return asset;
    });
    return c.json(created, 201, { Location: `${c.req.path}/${created.id}` });
  });

  app.openapi(routes.read, async (c) => c.json(await findAsset(db, c.req.valid('param').id), 200));

  app.openapi(routes.update, async (c) => {
    const changes = c.req.valid('json');
    const updated = await db.transaction(async (tx) => {
      const asset = await updateAsset(tx, c.req.valid('param').id, changes);
      const result = `${asset.tag}: changed: ${Object.keys(changes).join(', ')}`;
      await logAdministrator(tx, { operation: 'asset.update', result });
      return asset;
    });
    return c.json(updated, 200);
  });

  app.openapi(routes.remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      const { tag } = await findAsset(tx, id);
      await deleteAsset(tx, id);
      await logAdministrator(tx, { operation: 'asset.delete', result: `deleted: ${tag}` });
    });
    return c.body(null, 204);
  });

  app.openapi(routes.importCsv, async (c) => {
    const csv = await readCsvBody(c);
    const imported = await db.transaction(async (tx) => {
      const counts = await importAssets(tx, csv).catch(refuseCsv);
      const result = `${counts.created} created, ${counts.updated} updated`;
      await logAdministrator(tx, { operation: 'asset.import', result });
      return counts;
    });
    return c.json(imported, 200);
  });
  return app;
};
