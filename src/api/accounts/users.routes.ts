import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { lockTable } from '../../db/shared/lock.ts';
import { users } from '../../db/schema/index.ts';
import { createUser, deleteUser, findUser, listUsers, updateUser } from '../../db/accounts/users.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { entityTag, ifMatch, requireMatch, withEntityTag } from '../http/entity-tag.ts';
import { pageAfter, pageOf, pageQuery, toPage } from '../http/paging.ts';
import {
  conflict,
  json,
  jsonBody,
  notFound,
  ofRemoval,
  ofUpdate,
  unauthorized,
  unprocessable,
  unsupported,
} from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { hashPassword } from './passwords.ts';
import { idParams } from '../http/common.ts';
import { newPassword, newUserName, role, UserSchema } from './user.schema.ts';

const tags = ['Users'];
const fields = { name: newUserName, role, password: newPassword };

const list = createRoute({
  method: 'get',
  path: '/users',
  operationId: 'listUsers',
  tags,
  summary: 'List users, ordered by ID',
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: json(pageOf(UserSchema).openapi('UserPage'), 'One page of results.'),
    ...unauthorized,
    ...unprocessable,
  },
});

const create = createRoute({
  method: 'post',
  path: '/users',
  operationId: 'createUser',
  tags,
  summary: 'Create a user',
  request: { body: jsonBody(z.strictObject(fields).openapi('UserCreate')) },
  responses: { 201: json(UserSchema, 'Created.'), ...unauthorized, ...conflict, ...unsupported, ...unprocessable },
});

const read = createRoute({
  method: 'get',
  path: '/users/{id}',
  operationId: 'readUser',
  tags,
  summary: 'Get a user',
  request: { params: idParams },
  responses: { 200: json(UserSchema, 'The user.'), ...unauthorized, ...notFound },
});

const update = createRoute({
  method: 'patch',
  path: '/users/{id}',
  operationId: 'updateUser',
  tags,
  summary: 'Change name, role or password. A new role or password ends the user’s sessions',
  request: { params: idParams, ...ifMatch, body: jsonBody(z.strictObject(fields).partial().openapi('UserChange')) },
  responses: {
    200: json(UserSchema, 'Changed.'),
    ...ofUpdate,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/users/{id}',
  operationId: 'deleteUser',
  tags,
  summary: 'Delete a user, except the last administrator',
  request: { params: idParams, ...ifMatch },
  responses: {
    204: { description: 'Deleted.' },
    ...ofRemoval,
  },
});

export const createUserRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(list, async (c) => {
    const query = c.req.valid('query');
    return c.json(toPage(await listUsers(db, pageAfter(query)), query.limit), 200);
  });
  app.openapi(read, async (c) => {
    const user = await findUser(db, c.req.valid('param').id);
    return c.json(user, 200, withEntityTag(user));
  });
  app.openapi(create, async (c) => {
    const { password, ...user } = c.req.valid('json');
    const passwordHash = await hashPassword(password);
    const created = await db.transaction(async (tx) => {
      const made = await createUser(tx, { ...user, passwordHash });
      await logAdministrator(tx, { operation: 'user.create', result: `created: ${made.name}, ${made.role}` });
      return made;
    });
    return c.json(created, 201, { ...withEntityTag(created), Location: `${c.req.path}/${created.id}` });
  });
  app.openapi(update, async (c) => {
    const { password, ...changes } = c.req.valid('json');
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const updated = await db.transaction(async (tx) => {
      const { id } = c.req.valid('param');
      await lockTable(tx, users);
      requireMatch(c, entityTag(await findUser(tx, id)));
      const user = await updateUser(tx, id, { ...changes, passwordHash });
      const names = Object.keys(c.req.valid('json')).map((name) => (name === 'role' ? `role (${user.role})` : name));
      await logAdministrator(tx, { operation: 'user.update', result: `${user.name}: changed: ${names.join(', ')}` });
      return user;
    });
    return c.json(updated, 200, withEntityTag(updated));
  });
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      await lockTable(tx, users);
      const user = await findUser(tx, id);
      requireMatch(c, entityTag(user));
      await deleteUser(tx, id);
      await logAdministrator(tx, { operation: 'user.delete', result: `removed: ${user.name}` });
    });
    return c.body(null, 204);
  });
  return app;
};
