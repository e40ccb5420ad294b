import { loggable } from '../../db/shared/errors.ts';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { listWayErrors } from '../../db/outgoing/sending-ways.ts';
import type { RouteDeps } from '../http/deps.ts';
import { json } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';

const PartSchema = z.enum(['up', 'down']);
const ReadinessSchema = z
  .object({
    ready: z.boolean(),
    parts: z.object({
      database: PartSchema,
      temporal: PartSchema,
      outgoing: PartSchema.describe('Mails leave. While they do not they are kept: it is ready all the same.'),
    }),
  })
  .openapi('Readiness');

const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'isAlive',
  tags: ['Health'],
  summary: 'Check that the process responds',
  security: [],
  responses: { 200: json(z.object({ alive: z.literal(true) }), 'The process responds.') },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'isReady',
  tags: ['Health'],
  summary: 'Check that database and Temporal respond',
  security: [],
  responses: {
    200: json(ReadinessSchema, 'Database and Temporal respond.'),
    503: json(ReadinessSchema, 'Database or Temporal does not respond. The service log has details.'),
  },
});

/** Longer than a busy server takes, shorter than a load balancer waits. */
const PATIENCE_MS = 3_000;

export const createHealthRoutes = ({ db, control, logger }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  const probe = async (part: string, ask: () => Promise<unknown>): Promise<'up' | 'down'> => {
    const { promise: patience, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
    try {
      await Promise.race([ask(), patience]);
      return 'up';
    } catch (error) {
      logger.warn({ ...loggable(error), part }, 'not ready');
      return 'down';
    } finally {
      clearTimeout(timer);
    }
  };

  app.openapi(healthz, (c) => c.json({ alive: true as const }, 200));
  app.openapi(readyz, async (c) => {
    const [database, temporal, outgoing] = await Promise.all([
      probe('database', () => db.execute(sql`select 1`)),
      probe('temporal', () => control.check()),
      probe('outgoing', async () => {
        const [error] = await listWayErrors(db);
        if (error !== undefined) throw new Error(error.detail);
      }),
    ]);
    const ready = database === 'up' && temporal === 'up';
    return c.json({ ready, parts: { database, temporal, outgoing } }, ready ? 200 : 503);
  });
  return app;
};
