import { httpInstrumentationMiddleware } from '@hono/otel';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiDeps } from './deps.ts';
import { createAttempts } from './http/attempts.ts';
import { requireCaller, sessionCookie } from './http/auth.ts';
import { doOnce } from './http/idempotency.ts';
import { createErrorHandler, methodNotAllowedHandler, notFoundHandler, problem } from './http/problem.ts';
import { createRouter } from './http/validation.ts';
import { openApiDocument } from './openapi.ts';
import { createAgentRoutes } from './routes/agent.ts';
import { createAssetRoutes } from './routes/assets.ts';
import { createCalendarRoutes } from './routes/calendars.ts';
import { createCategoryRoutes } from './routes/categories.ts';
import { createCategoryProcessRoutes } from './routes/category-process.ts';
import { createConfigurationItemRoutes } from './routes/configuration-items.ts';
import { createConnectionTestRoutes } from './routes/connection-tests.ts';
import { createDelegationRoutes } from './routes/delegations.ts';
import { createDocsRoutes } from './routes/docs.ts';
import { createEmployeeRoutes } from './routes/employees.ts';
import { createHealthRoutes } from './routes/health.ts';
import { createLogRoutes } from './routes/log.ts';
import { createMailboxActionRoutes } from './routes/mailbox-actions.ts';
import { createMailboxRoutes } from './routes/mailboxes.ts';
import { createMailtoRoutes } from './routes/mailto.ts';
import { createMessageRoutes } from './routes/messages.ts';
import { createMetricsRoutes } from './routes/metrics.ts';
import { createOpenIdConnectRoutes } from './routes/open-id-connect.ts';
import { createOutboxRoutes } from './routes/outbox.ts';
import { createPageRoutes } from './routes/page.ts';
import { createSessionRoutes } from './routes/session.ts';
import { createSettingsRoutes } from './routes/settings.ts';
import { createTemplateRoutes } from './routes/templates.ts';
import { createTicketRoutes } from './routes/tickets.ts';
import { createTokenRoutes } from './routes/tokens.ts';
import { createUserRoutes } from './routes/users.ts';
import { createWaker } from './waker.ts';

const KIB = 1024;
const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw problem(413, `A body here has at most ${maxSize / KIB} KiB.`);
    },
  });
const jsonLimit = limitBody(256 * KIB);
const importLimit = limitBody(16 * KIB * KIB);
const limitBodies: MiddlewareHandler = (c, next) => (c.req.path.endsWith('/import') ? importLimit : jsonLimit)(c, next);

/** The whole HTTP surface, without a socket: `app.request()` is all that a test needs. */
export const createApp = (deps: ApiDeps): OpenAPIHono => {
  const attempts = createAttempts(deps.db);
  const routeDeps = { ...deps, attempts, wake: createWaker(deps.control, deps.logger) };
  const app = createRouter();
  app.use('/api/*', httpInstrumentationMiddleware()); // spans, where this process has a provider for them
  app.onError(createErrorHandler(deps.logger));
  app.notFound(notFoundHandler);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: methodNotAllowedHandler }));
  app.use(
    secureHeaders({
      overwrite: false,
      strictTransportSecurity: false, // TLS, if any, is the proxy's
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    }),
  );
  const signedIn = requireCaller(routeDeps);
  app.use('/api/*', signedIn);
  app.use('/metrics', signedIn);
  app.use('/api/*', limitBodies);
  app.use('/api/*', doOnce(deps.db));
  app.use('/api/*', async (c, next) => {
    await next();
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
  });

  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
  });
  for (const routes of [
    createSessionRoutes,
    createOpenIdConnectRoutes,
    createUserRoutes,
    createTokenRoutes,
    createAgentRoutes,
    createMailboxRoutes,
    createMailboxActionRoutes,
    createConnectionTestRoutes,
    createMessageRoutes,
    createTicketRoutes,
    createCategoryRoutes,
    createCategoryProcessRoutes,
    createTemplateRoutes,
    createOutboxRoutes,
    createDelegationRoutes,
    createEmployeeRoutes,
    createAssetRoutes,
    createConfigurationItemRoutes,
    createCalendarRoutes,
    createSettingsRoutes,
    createLogRoutes,
    createMailtoRoutes,
  ]) {
    app.route('/api/v1', routes(routeDeps));
  }
  app.route('/', createHealthRoutes(routeDeps));
  app.route('/', createMetricsRoutes(routeDeps));
  app.route('/', createDocsRoutes());
  app.route('/', createPageRoutes());
  app.get('/openapi.json', (c) => c.json(openApiDocument(app)));
  return app;
};
