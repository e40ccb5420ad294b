import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { tryWaysAgain } from '../../db/outgoing/sending-ways.ts';
import { readWaysOut } from '../../db/outgoing/ways-out.ts';
import { outgoingWarnings } from '../../domain/outgoing/ways-out.ts';
import type { RouteDeps } from '../http/deps.ts';
import { conflict, json, unauthorized } from '../http/responses.ts';
import { problem } from '../http/problem.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import { TranscriptSchema } from '../mailboxes/transcript.schema.ts';
import { createRouter } from '../http/validation.ts';
import { OutgoingSchema } from './outgoing.schema.ts';

const read = createRoute({
  method: 'get',
  path: '/outgoing',
  operationId: 'readOutgoing',
  tags: ['Outgoing mail'],
  summary: 'How mails leave, and what keeps them from it',
  responses: { 200: json(OutgoingSchema, 'The ways out.'), ...unauthorized },
});

const test = createRoute({
  method: 'post',
  path: '/outgoing/test',
  operationId: 'testOutgoing',
  tags: ['Outgoing mail'],
  summary: 'Sign in to the SMTP server, without sending an email',
  description:
    'A mailbox that sends for itself is tested with its connection. After a success, waiting emails are tried at once.',
  responses: { 200: json(TranscriptSchema, 'The result.'), ...unauthorized, ...conflict },
});

export const createOutgoingRoutes = ({ db, smtp, testSending }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(read, async (c) => {
    const ways = await readWaysOut(db, smtp);
    return c.json(
      {
        smtp: smtp === null ? null : { host: smtp.host, port: smtp.port },
        troubles: [...ways.troubles],
        warnings: [...outgoingWarnings(ways)],
      },
      200,
    );
  });
  app.openapi(test, async (c) => {
    if (testSending === null) throw problem(409, 'No SMTP server is configured: set SMTP_URL.');
    const result = await testSending();
    if (result.ok) await tryWaysAgain(db);
    await logAdministrator(db, { operation: 'outgoing.test', result: result.ok ? 'ok' : 'failed' });
    return c.json({ ...result, steps: [...result.steps] }, 200);
  });
  return app;
};
