import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { loggable } from '../../db/shared/errors.ts';
import { signInIdentity } from '../../db/accounts/users.ts';
import type { RouteDeps } from '../http/deps.ts';
import { addressCounted, clientAddress } from '../http/client-address.ts';
import { problem } from '../http/problem.ts';
import { notFound, tooMany, unavailable } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { checksSchema } from '../http/ports.ts';
import type { SignInRefusal } from './user.schema.ts';
import { isSecure } from '../http/client-address.ts';
import { logSignIn, signInAs } from './sign-in.ts';

const tags = ['Sign-in'];
const path = '/sign-in/open-id-connect';
const open = { security: [] };
const onward = { 302: { description: 'Redirect.' } };

const begin = createRoute({
  method: 'get',
  path,
  operationId: 'beginOpenIdConnect',
  ...open,
  tags,
  summary: 'Redirect the browser to the OpenID Connect provider',
  responses: { ...onward, ...notFound, ...unavailable },
});

const finish = createRoute({
  method: 'get',
  path: `${path}/callback`,
  operationId: 'finishOpenIdConnect',
  ...open,
  tags,
  summary: 'Callback of the OpenID Connect provider: signs in and redirects to the page',
  responses: { ...onward, ...notFound, ...tooMany },
});

const checksCookie = 'tsa_open_id_connect';
const cookiePath = `/api/v1${path}`;
const checksLastSeconds = 600;

export const createOpenIdConnectRoutes = ({ db, openIdConnect, attempts, logger }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  const provider = () => {
    if (openIdConnect === null) throw problem(404, 'OpenID Connect is not set up: see TSA_OIDC_ISSUER.');
    return openIdConnect;
  };

  app.openapi(begin, async (c) => {
    const started = await provider()
      .begin()
      .catch((error: unknown) => {
        logger.error(loggable(error), 'the provider of OpenID Connect does not answer');
        throw problem(503, 'The provider of OpenID Connect does not answer: the service log says how.');
      });
    setCookie(c, checksCookie, JSON.stringify(started.checks), {
      path: cookiePath,
      httpOnly: true,
      sameSite: 'Lax', // it has to come back with a click at the provider's
      secure: isSecure(c),
      maxAge: checksLastSeconds,
    });
    return c.redirect(started.url, 302);
  });

  app.openapi(finish, async (c) => {
    const { finish: finishSignIn } = provider();
    const refuse = async (who: string, refusal: SignInRefusal, result: string) => {
      await attempts.take('token', addressCounted(clientAddress(c)));
      await logSignIn(c, db, { who, operation: 'session.refused', result });
      return c.redirect(`/#/?refused=${refusal}`, 302);
    };
    const cookie = getCookie(c, checksCookie) ?? '';
    deleteCookie(c, checksCookie, { path: cookiePath });
    const checks = checksSchema.safeParse(parsed(cookie));
    if (!checks.success) return refuse('unknown user', 'failed', 'came back from nowhere: no sign-in was begun here');
    let identity;
    try {
      identity = await finishSignIn(new URL(c.req.url).search, checks.data);
    } catch (error) {
      logger.warn(loggable(error), 'sign-in by OpenID Connect failed');
      return refuse('unknown user', 'failed', 'OpenID Connect failed: the service log says why');
    }
    const { subject, name, role } = identity;
    if (role === null) return refuse(name, 'no_role', 'the provider gives no role of ours');
    const user = await db.transaction((tx) => signInIdentity(tx, { identity: subject, name, role }));
    if (user === undefined) return refuse(name, 'name_taken', 'a user with a password has this name');
    await signInAs(c, db, user.id);
    await logSignIn(c, db, {
      who: user.name,
      operation: 'session.begin',
      result: `signed in by OpenID Connect, ${role}`,
    });
    return c.redirect('/', 302);
  });
  return app;
};

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
