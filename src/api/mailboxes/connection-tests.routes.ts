import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { findMailbox } from '../../db/mailboxes/mailboxes.ts';
import { formatTranscript } from '../../mail/probe/test-connection.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import { tryConnection } from './connection-test.ts';
import type { RouteDeps } from '../http/deps.ts';
import { jsonBody, notFound, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { idParams } from '../http/common.ts';
import { ConnectionDraftSchema, NewConnectionDraftSchema } from './mailbox.schema.ts';
import { TranscriptSchema } from './transcript.schema.ts';

const tags = ['Mailboxes'];

const transcript = {
  200: {
    description: 'Each step with its result, up to the first that fails, which says how to fix it. Secrets are masked.',
    content: {
      'application/json': { schema: TranscriptSchema },
      'text/plain': { schema: z.string() },
    },
  },
};

const testStored = createRoute({
  method: 'post',
  path: '/mailboxes/{id}/test-connection',
  operationId: 'testConnection',
  tags,
  summary: 'Test the connection of a mailbox, step by step',
  description: 'Values in the body replace the stored ones for the test. They are not saved.',
  request: {
    params: idParams,
    body: { required: false, content: { 'application/json': { schema: ConnectionDraftSchema } } },
  },
  responses: { ...transcript, ...unauthorized, ...notFound, ...unsupported, ...unprocessable },
});

const testNew = createRoute({
  method: 'post',
  path: '/mailboxes/test-connection',
  operationId: 'testNewConnection',
  tags,
  summary: 'Test the connection of a mailbox that is not stored',
  request: { body: jsonBody(NewConnectionDraftSchema) },
  responses: { ...transcript, ...unauthorized, ...unsupported, ...unprocessable },
});

export const createConnectionTestRoutes = (deps: RouteDeps): OpenAPIHono => {
  const { db } = deps;
  const app = createRouter();

  app.openapi(testStored, async (c) => {
    const { id } = c.req.valid('param');
    const result = await tryConnection(deps, c.req.valid('json'), await findMailbox(db, id));
    const outcome = result.ok ? 'ok' : 'failed';
    await logAdministrator(db, { operation: 'mailbox.test_connection', mailboxId: id, result: outcome });
    return wantsText(c) ? c.text(formatTranscript(result), 200) : c.json(result, 200);
  });

  app.openapi(testNew, async (c) => {
    const result = await tryConnection(deps, c.req.valid('json'));
    const outcome = result.ok ? 'ok' : 'failed';
    await logAdministrator(db, { operation: 'mailbox.test_connection', result: outcome });
    return wantsText(c) ? c.text(formatTranscript(result), 200) : c.json(result, 200);
  });
  return app;
};

const wantsText = (c: Parameters<typeof accepts>[0]): boolean =>
  accepts(c, { header: 'Accept', supports: ['application/json', 'text/plain'], default: 'application/json' }) ===
  'text/plain';
