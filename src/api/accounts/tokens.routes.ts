import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createApiToken, deleteApiToken, listApiTokens } from '../../db/accounts/api-tokens.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { pageAfter, pageOf, pageQuery, toPage } from '../http/paging.ts';
import { conflict, json, jsonBody, notFound, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { idParams } from '../http/common.ts';
import { ApiTokenCreateSchema, ApiTokenSchema } from './user.schema.ts';

const tags = ['Tokens'];

const list = createRoute({
  method: 'get',
  path: '/tokens',
  operationId: 'listTokens',
  tags,
  summary: 'List API tokens without their secrets',
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: json(pageOf(ApiTokenSchema).openapi('ApiTokenPage'), 'One page of results.'),
    ...unauthorized,
    ...unprocessable,
  },
});

const create = createRoute({
  method: 'post',
  path: '/tokens',
  operationId: 'createToken',
  tags,
  summary: 'Create an API token',
  request: { body: jsonBody(ApiTokenCreateSchema) },
  responses: {
    201: json(
      ApiTokenSchema.extend({ token: z.string().describe('Shown only once.') }).openapi('NewApiToken'),
      'Created.',
    ),
    ...unauthorized,
    ...conflict,
    ...unsupported,
    ...unprocessable,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/tokens/{id}',
  operationId: 'deleteToken',
  tags,
  summary: 'Revoke a token',
  request: { params: idParams },
  responses: { 204: { description: 'Revoked.' }, ...unauthorized, ...notFound },
});

/** What nobody thinks of any more ends by itself. */
const inAYear = (): string => new Date(Date.now() + 365 * 86_400_000).toISOString();

export const createTokenRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(list, async (c) => {
    const query = c.req.valid('query');
    return c.json(toPage(await listApiTokens(db, pageAfter(query)), query.limit), 200);
  });
  app.openapi(create, async (c) => {
    const { name, role, expiresAt = inAYear() } = c.req.valid('json');
    const created = await db.transaction(async (tx) => {
      const made = await createApiToken(tx, { name, role, expiresAt });
      await logAdministrator(tx, { operation: 'token.create', result: `created: ${name}, ${role}` });
      return made;
    });
    return c.json(created, 201);
  });
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      const name = await deleteApiToken(tx, id);
      await logAdministrator(tx, { operation: 'token.delete', result: `revoked: ${name}` });
    });
    return c.body(null, 204);
  });
  return app;
};
