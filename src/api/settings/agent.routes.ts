import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { listMailboxes } from '../../db/mailboxes/mailboxes.ts';
import { readSettings, updateSettings } from '../../db/settings/settings.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { json, jsonBody, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';

const AgentSchema = z
  .strictObject({ enabled: z.boolean().describe('False: no mailbox is read, not even an active one.') })
  .openapi('Agent');

const tags = ['Agent'];

const read = createRoute({
  method: 'get',
  path: '/agent',
  operationId: 'readAgent',
  tags,
  summary: 'Get the state of the agent',
  responses: { 200: json(AgentSchema, 'The switch.'), ...unauthorized },
});

const update = createRoute({
  method: 'put',
  path: '/agent',
  operationId: 'switchAgent',
  tags,
  summary: 'Switch the agent on or off from the next message on',
  request: { body: jsonBody(AgentSchema) },
  responses: { 200: json(AgentSchema, 'The switch.'), ...unauthorized, ...unsupported, ...unprocessable },
});

export const createAgentRoutes = ({ db, wake }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(read, async (c) => c.json({ enabled: (await readSettings(db)).agentEnabled }, 200));

  app.openapi(update, async (c) => {
    const { enabled } = c.req.valid('json');
    await db.transaction(async (tx) => {
      await updateSettings(tx, { agentEnabled: enabled });
      await logAdministrator(tx, { operation: 'agent.switch', result: enabled ? 'on' : 'off' });
    });
    const mailboxes = await listMailboxes(db);
    // The answer does not wait for a thousand workflows.
    void (async () => {
      for (const { id } of mailboxes) await wake(id);
    })();
    return c.json({ enabled }, 200);
  });
  return app;
};
