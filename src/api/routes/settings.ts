import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { ConflictError } from '../../db/errors.ts';
import { readSettings, type Settings, updateSettings } from '../../db/settings.ts';
import { logAdministrator } from '../administrator-log.ts';
import type { RouteDeps } from '../deps.ts';
import { fieldError, invalid } from '../http/problem.ts';
import { json, jsonBody, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { SettingsChangeSchema, SettingsSchema, type SettingsView } from '../schemas/settings.ts';

const tags = ['Settings'];

const read = createRoute({
  method: 'get',
  path: '/settings',
  operationId: 'readSettings',
  tags,
  summary: 'The settings of the agent',
  responses: { 200: json(SettingsSchema, 'All of them.'), ...unauthorized },
});

const update = createRoute({
  method: 'put',
  path: '/settings',
  operationId: 'updateSettings',
  tags,
  summary: 'Change settings; those left out stay as they are',
  request: { body: jsonBody(SettingsChangeSchema) },
  responses: { 200: json(SettingsSchema, 'All of them.'), ...unauthorized, ...unsupported, ...unprocessable },
});

/** The agent's switch has a resource of its own. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- left out
const toView = ({ agentEnabled, ...settings }: Settings): SettingsView => settings;

export const createSettingsRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(read, async (c) => c.json(toView(await readSettings(db)), 200));

  app.openapi(update, async (c) => {
    const changes = c.req.valid('json');
    const settings = await db.transaction(async (tx) => {
      const changed = await updateSettings(tx, changes).catch(refuseReturnAddress);
      const result = `changed: ${Object.keys(changes).join(', ')}`;
      await logAdministrator(tx, { operation: 'settings.update', result });
      return changed;
    });
    return c.json(toView(settings), 200);
  });
  return app;
};

const refuseReturnAddress = (error: unknown): never => {
  if (error instanceof ConflictError && error.rule === 'support_return_address_of_mailbox')
    throw invalid([fieldError('supportReturnEmailAddress', error.message, error.rule)]);
  throw error;
};
