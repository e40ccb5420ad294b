import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readFigures } from '../../db/system/figures.ts';
import type { RouteDeps } from '../http/deps.ts';
import { unauthorized } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { createMetrics } from './metrics.ts';
import { countFailedRuns } from './failed-runs.ts';

const read = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'readMetrics',
  tags: ['Health'],
  summary: 'Get metrics for Prometheus',
  description: 'Needs a token with the role `reader`, because labels contain the names of mailboxes.',
  responses: {
    200: { description: 'Prometheus text format.', content: { 'text/plain': { schema: z.string() } } },
    ...unauthorized,
  },
});

export const createMetricsRoutes = ({ db, control, logger }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  const { contentType, expose } = createMetrics();
  app.openapi(read, async (c) => {
    const [figures, failedRuns] = await Promise.all([readFigures(db), countFailedRuns(control, logger)]);
    return c.text(await expose(figures, failedRuns), 200, { 'Content-Type': contentType });
  });
  return app;
};
