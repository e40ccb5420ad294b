import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie } from 'hono/cookie';
import { accessTokenHash } from '../../db/accounts/access-token.ts';
import { endSession } from '../../db/accounts/sessions.ts';
import { createFirstUser, findUserByName, hasUsers, updateUser } from '../../db/accounts/users.ts';
import { type Role, roles } from '../../domain/accounts/role.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { rememberDevice } from './device.ts';
import { createGuesses } from './guesses.ts';
import { csrfTokenOf, sessionCookie } from './auth.ts';
import { currentCaller } from '../http/caller.ts';
import { addressCounted, clientAddress } from '../http/client-address.ts';
import { problem } from '../http/problem.ts';
import {
  conflict,
  json,
  jsonBody,
  tooMany,
  unauthorized,
  unavailable,
  unprocessable,
  unsupported,
} from '../http/responses.ts';
import { isSameSecret } from '../http/same-secret.ts';
import { createRouter } from '../http/validation.ts';
import { givenPassword, newPassword, newUserName, userName } from './user.schema.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { isSecure } from '../http/client-address.ts';
import { logSignIn, signInAs } from './sign-in.ts';

const tags = ['Sign-in'];
const open = { security: [] };

const SessionSchema = z
  .object({
    name: z.string(),
    role: z.enum(roles),
    workflowsUrl: z
      .string()
      .nullable()
      .describe('Address of the Temporal Web UI. Append an encoded workflow ID to open a workflow. Null if unknown.'),
    csrfToken: z.string().nullable().describe('Send it as X-CSRF-Token with each change by cookie. Null with a token.'),
  })
  .openapi('Session');

const signIn = createRoute({
  method: 'get',
  path: '/sign-in',
  operationId: 'readSignIn',
  ...open,
  tags,
  summary: 'Get the ways to sign in',
  responses: {
    200: json(
      z
        .object({
          firstUser: z.boolean().describe('True if there are no users: create the first one.'),
          openIdConnect: z.boolean().describe('OpenID Connect is available: GET /api/v1/sign-in/open-id-connect.'),
        })
        .openapi('SignIn'),
      'The ways to sign in.',
    ),
  },
});

const firstUser = createRoute({
  method: 'post',
  path: '/first-user',
  operationId: 'createFirstUser',
  ...open,
  tags,
  summary: 'Create the first user, an administrator, and sign in',
  request: {
    body: jsonBody(
      z
        .strictObject({ token: givenPassword.describe('The admin token.'), name: newUserName, password: newPassword })
        .openapi('FirstUser'),
    ),
  },
  responses: {
    201: json(SessionSchema, 'Created and signed in.'),
    ...unauthorized,
    ...conflict,
    ...unsupported,
    ...unprocessable,
    ...tooMany,
  },
});

const begin = createRoute({
  method: 'post',
  path: '/session',
  operationId: 'signIn',
  ...open,
  tags,
  summary: 'Sign in',
  request: { body: jsonBody(z.strictObject({ name: userName, password: givenPassword }).openapi('Credentials')) },
  responses: {
    200: json(SessionSchema, 'Signed in.'),
    ...unauthorized,
    ...unsupported,
    ...unprocessable,
    ...tooMany,
    ...unavailable,
  },
});

const read = createRoute({
  method: 'get',
  path: '/session',
  operationId: 'readSession',
  tags,
  summary: 'Get the caller',
  responses: { 200: json(SessionSchema, 'The caller.'), ...unauthorized },
});

const end = createRoute({
  method: 'delete',
  path: '/session',
  operationId: 'signOut',
  tags,
  summary: 'Sign out',
  responses: { 204: { description: 'Signed out.' }, ...unauthorized },
});

const changePassword = createRoute({
  method: 'post',
  path: '/session/password',
  operationId: 'changeOwnPassword',
  tags,
  summary: 'Change your own password. This ends your other sessions',
  request: {
    body: jsonBody(z.strictObject({ current: givenPassword, password: newPassword }).openapi('PasswordChange')),
  },
  responses: {
    204: { description: 'Changed.' },
    ...unauthorized,
    ...conflict,
    ...unsupported,
    ...unprocessable,
    ...tooMany,
  },
});

export const createSessionRoutes = ({
  db,
  adminToken,
  attempts,
  secretBox,
  workflowsUrl,
  openIdConnect,
}: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  const guesses = createGuesses(attempts, secretBox);

  const start = async (c: Context, user: { readonly id: number; readonly name: string; readonly role: Role }) => {
    const token = await signInAs(c, db, user.id);
    rememberDevice(c, secretBox, user.id, isSecure(c));
    return { name: user.name, role: user.role, workflowsUrl, csrfToken: csrfTokenOf(token) };
  };

  app.openapi(signIn, async (c) =>
    c.json({ firstUser: !(await hasUsers(db)), openIdConnect: openIdConnect !== null }, 200),
  );

  app.openapi(firstUser, async (c) => {
    const { token, name, password } = c.req.valid('json');
    if (!isSameSecret(token, adminToken)) {
      await attempts.take('token', addressCounted(clientAddress(c)));
      throw problem(401, 'This is not the admin token: the first start says where it is.');
    }
    const passwordHash = await hashPassword(password);
    const user = await db.transaction(async (tx) => createFirstUser(tx, { name, passwordHash }));
    await logSignIn(c, db, { who: user.name, operation: 'user.create', result: 'the first user, an administrator' });
    return c.json(await start(c, user), 201);
  });

  app.openapi(begin, async (c) => {
    const { name, password } = c.req.valid('json');
    const user = await findUserByName(db, name);
    const isRight = () => isPassword(password, user?.passwordHash ?? undefined);
    if (!(await guesses.make(c, { name, user }, isRight)) || user === undefined) {
      // Somebody may type a password for a name: only names that there are get into the log.
      await logSignIn(c, db, {
        who: user?.name ?? 'unknown user',
        operation: 'session.refused',
        result: 'wrong name or password',
      });
      throw problem(401, 'The name or the password is wrong.');
    }
    await logSignIn(c, db, { who: user.name, operation: 'session.begin', result: 'signed in' });
    return c.json(await start(c, user), 200);
  });

  app.openapi(read, (c) => {
    const { name, role, session } = currentCaller();
    return c.json(
      { name, role, workflowsUrl, csrfToken: session === undefined ? null : csrfTokenOf(session.token) },
      200,
    );
  });

  app.openapi(end, async (c) => {
    const { session } = currentCaller();
    if (session !== undefined) await endSession(db, session.token);
    deleteCookie(c, sessionCookie, { path: '/' });
    return c.body(null, 204);
  });

  app.openapi(changePassword, async (c) => {
    const { current, password } = c.req.valid('json');
    const { name, session } = currentCaller();
    if (session === undefined) throw problem(409, 'A token has no password: sign in as a user.');
    const passwordHashNow = (await findUserByName(db, name))?.passwordHash;
    if (passwordHashNow === null) throw problem(409, 'You sign in by OpenID Connect: change your password there.');
    const own = String(session.userId);
    await attempts.take('own', own);
    if (!(await isPassword(current, passwordHashNow))) throw problem(409, 'The current password is wrong.');
    await attempts.forget('own', own);
    const passwordHash = await hashPassword(password);
    await db.transaction(async (tx) => {
      await updateUser(tx, session.userId, { passwordHash }, accessTokenHash(session.token));
      await logAdministrator(tx, { operation: 'user.update', result: `${name}: changed: password` });
    });
    return c.body(null, 204);
  });
  return app;
};
