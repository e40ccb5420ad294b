import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { listWayTroubles } from '../../db/outgoing/sending-ways.ts';
import { outgoingWarnings } from '../../domain/outgoing/ways-out.ts';
import type { RouteDeps } from '../http/deps.ts';
import { json, unauthorized } from '../http/responses.ts';
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

export const createOutgoingRoutes = ({ db, smtp }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(read, async (c) => {
    const troubles = await listWayTroubles(db);
    return c.json(
      {
        smtp: smtp === null ? null : { host: smtp.host, port: smtp.port },
        troubles,
        warnings: [...outgoingWarnings({ smtp, troubles })],
      },
      200,
    );
  });
  return app;
};
