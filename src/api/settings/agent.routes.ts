import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { listMailboxes } from '../../db/mailboxes/mailboxes.ts';
import { readSettings, updateSettings } from '../../db/settings/settings.ts';
import { countFailedRuns } from '../system/failed-runs.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { json, jsonBody, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';

const enabled = z.boolean().describe('False: no mailbox is read, not even an active one.');

const AgentSchema = z.strictObject({ enabled }).openapi('Agent');

/** Not an extension of `Agent`: in the document that is an `allOf`, and a strict `Agent` allows no other property. */
const AgentViewSchema = z
  .strictObject({
    enabled,
    warnings: z
      .array(z.object({ code: z.enum(['failed_workflows', 'temporal_down']), message: z.string(), remedy: z.string() }))
      .describe('Errors of the agent itself, each with its remedy.'),
  })
  .openapi('AgentView');

const tags = ['Agent'];

const read = createRoute({
  method: 'get',
  path: '/agent',
  operationId: 'readAgent',
  tags,
  summary: 'Get the state of the agent',
  responses: { 200: json(AgentViewSchema, 'The switch and the warnings.'), ...unauthorized },
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

const agentWarnings = (failedRuns: number | null): z.output<typeof AgentViewSchema>['warnings'] => {
  if (failedRuns === null)
    return [
      {
        code: 'temporal_down',
        message: 'Temporal does not answer: no mailbox is read, and no process goes on.',
        remedy: 'Start it; the service log says what was answered.',
      },
    ];
  if (failedRuns === 0) return [];
  return [
    {
      code: 'failed_workflows',
      message: `Workflows that failed in the last 24 hours: ${String(failedRuns)}.`,
      remedy:
        'Look in the Temporal Web UI for what each says (ExecutionStatus = "Failed"). Lost ones are started again every minute.',
    },
  ];
};

export const createAgentRoutes = ({ db, wake, control, logger }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(read, async (c) => {
    const [{ agentEnabled }, failedRuns] = await Promise.all([readSettings(db), countFailedRuns(control, logger)]);
    return c.json({ enabled: agentEnabled, warnings: agentWarnings(failedRuns) }, 200);
  });

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
