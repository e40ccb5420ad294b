import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { ConflictError } from '../../db/shared/errors.ts';
import { lockTable } from '../../db/shared/lock.ts';
import { settings as settingsTable } from '../../db/schema/index.ts';
import { readSettings, type Settings, updateSettings } from '../../db/settings/settings.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { entityTag, ifMatch, requireMatch, withEntityTag } from '../http/entity-tag.ts';
import { fieldError, invalid } from '../http/problem.ts';
import { changed, json, jsonBody, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { SettingsChangeSchema, SettingsSchema, type SettingsView } from './settings.schema.ts';

const tags = ['Settings'];

const read = createRoute({
  method: 'get',
  path: '/settings',
  operationId: 'readSettings',
  tags,
  summary: 'Get the settings',
  responses: { 200: json(SettingsSchema, 'All entries.'), ...unauthorized },
});

const update = createRoute({
  method: 'put',
  path: '/settings',
  operationId: 'updateSettings',
  tags,
  summary: 'Change settings. Omitted settings keep their value',
  request: { ...ifMatch, body: jsonBody(SettingsChangeSchema) },
  responses: {
    200: json(SettingsSchema, 'All entries.'),
    ...unauthorized,
    ...changed,
    ...unsupported,
    ...unprocessable,
  },
});

/** The agent's switch has a resource of its own. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- left out
const toView = ({ agentEnabled, ...settings }: Settings): SettingsView => settings;

export const createSettingsRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(read, async (c) => {
    const settings = toView(await readSettings(db));
    return c.json(settings, 200, withEntityTag(settings));
  });

  app.openapi(update, async (c) => {
    const changes = c.req.valid('json');
    const settings = await db.transaction(async (tx) => {
      await lockTable(tx, settingsTable);
      requireMatch(c, entityTag(toView(await readSettings(tx))));
      const stored = await updateSettings(tx, changes).catch(refuseReturnAddress);
      const result = `changed: ${Object.keys(changes).join(', ')}`;
      await logAdministrator(tx, { operation: 'settings.update', result });
      return toView(stored);
    });
    return c.json(settings, 200, withEntityTag(settings));
  });
  return app;
};

const refuseReturnAddress = (error: unknown): never => {
  if (error instanceof ConflictError && error.rule === 'support_return_address_of_mailbox')
    throw invalid([fieldError('supportReturnEmailAddress', error.message, error.rule)]);
  throw error;
};
