import { httpInstrumentationMiddleware } from '@hono/otel';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiDeps } from './http/deps.ts';
import { createAttempts } from './accounts/attempts.ts';
import { requireCaller, sessionCookie } from './accounts/auth.ts';
import { findClientAddress } from './http/client-address.ts';
import { doOnce } from './http/idempotency.ts';
import { createErrorHandler, methodNotAllowedHandler, notFoundHandler, problem } from './http/problem.ts';
import { createRouter } from './http/validation.ts';
import { openApiDocument } from './system/openapi.ts';
import { createAgentRoutes } from './settings/agent.routes.ts';
import { createAssetRoutes } from './master-data/assets.routes.ts';
import { createCalendarRoutes } from './master-data/calendars.routes.ts';
import { createCategoryRoutes } from './master-data/categories.routes.ts';
import { createCategoryProcessRoutes } from './master-data/category-process.routes.ts';
import { createConfigurationItemRoutes } from './master-data/configuration-items.routes.ts';
import { createConnectionTestRoutes } from './mailboxes/connection-tests.routes.ts';
import { createDelegationRoutes } from './approvals/delegations.routes.ts';
import { createDocsRoutes } from './system/docs.routes.ts';
import { createEmployeeRoutes } from './master-data/employees.routes.ts';
import { createHealthRoutes } from './system/health.routes.ts';
import { createLogRoutes } from './log/log.routes.ts';
import { createMailboxActionRoutes } from './mailboxes/mailbox-actions.routes.ts';
import { createMailboxRuleRoutes } from './mailboxes/mailbox-rules.routes.ts';
import { createMailboxRoutes } from './mailboxes/mailboxes.routes.ts';
import { createMailPartRoutes } from './outgoing/mail-parts.routes.ts';
import { createMailtoRoutes } from './outgoing/mailto.routes.ts';
import { createMessageRoutes } from './messages/messages.routes.ts';
import { createMetricsRoutes } from './system/metrics.routes.ts';
import { createOpenIdConnectRoutes } from './accounts/open-id-connect.routes.ts';
import { createOutboxRoutes } from './outgoing/outbox.routes.ts';
import { createOutgoingRoutes } from './outgoing/outgoing.routes.ts';
import { createPageRoutes } from './system/page.routes.ts';
import { createSessionRoutes } from './accounts/session.routes.ts';
import { createSettingsRoutes } from './settings/settings.routes.ts';
import { createTemplateRoutes } from './outgoing/templates.routes.ts';
import { createTicketRoutes } from './tickets/tickets.routes.ts';
import { createTokenRoutes } from './accounts/tokens.routes.ts';
import { createUserRoutes } from './accounts/users.routes.ts';
import { createWaker } from './mailboxes/waker.ts';

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
  app.use(findClientAddress(deps.trustedProxies, deps.logger));
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
    createMailboxRuleRoutes,
    createConnectionTestRoutes,
    createMessageRoutes,
    createTicketRoutes,
    createCategoryRoutes,
    createCategoryProcessRoutes,
    createTemplateRoutes,
    createMailPartRoutes,
    createOutboxRoutes,
    createOutgoingRoutes,
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
  app.route('/', createPageRoutes(deps.builtPage));
  app.get('/openapi.json', (c) => c.json(openApiDocument(app)));
  return app;
};
