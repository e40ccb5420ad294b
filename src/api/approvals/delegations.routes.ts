import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createDelegation, deleteDelegation, listDelegations } from '../../db/approvals/delegations.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { pageAfter, pageOf, pageQuery, toPage } from '../http/paging.ts';
import { conflict, json, jsonBody, notFound, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { idParams, instant } from '../http/common.ts';

const tags = ['Delegations'];
const fields = {
  employeeId: z.int().min(1).describe('The approver.'),
  delegateId: z.int().min(1).describe('Delegates who may answer for the approver.'),
  startsAt: instant,
  endsAt: instant.describe('Inclusive.'),
};
const DelegationSchema = z
  .object({
    id: z.int(),
    ...fields,
    employee: z.string().describe('Name of the approver.'),
    delegate: z.string().describe('Name of the delegate.'),
  })
  .openapi('Delegation');

const list = createRoute({
  method: 'get',
  path: '/delegations',
  operationId: 'listDelegations',
  tags,
  summary: 'List delegations, ordered by ID',
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: json(pageOf(DelegationSchema).openapi('DelegationPage'), 'One page of results.'),
    ...unauthorized,
    ...unprocessable,
  },
});

const create = createRoute({
  method: 'post',
  path: '/delegations',
  operationId: 'createDelegation',
  tags,
  summary: 'Create a delegation: somebody answers for an approver for a time',
  request: {
    body: jsonBody(
      z
        .strictObject(fields)
        .refine(({ employeeId, delegateId }) => employeeId !== delegateId, {
          message: 'nobody stands in for themselves.',
          path: ['delegateId'],
        })
        .refine(({ startsAt, endsAt }) => Date.parse(startsAt) <= Date.parse(endsAt), {
          message: 'it ends before it begins.',
          path: ['endsAt'],
        })
        .openapi('DelegationCreate'),
    ),
  },
  responses: {
    201: json(DelegationSchema, 'Created.'),
    ...unauthorized,
    ...conflict,
    ...unsupported,
    ...unprocessable,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/delegations/{id}',
  operationId: 'deleteDelegation',
  tags,
  summary: 'End a delegation',
  request: { params: idParams },
  responses: { 204: { description: 'Ended.' }, ...unauthorized, ...notFound },
});

export const createDelegationRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(list, async (c) => {
    const query = c.req.valid('query');
    return c.json(toPage(await listDelegations(db, pageAfter(query)), query.limit), 200);
  });
  app.openapi(create, async (c) => {
    const created = await db.transaction(async (tx) => {
      const delegation = await createDelegation(tx, c.req.valid('json'));
      const { employee, delegate, endsAt } = delegation;
      const result = `${delegate} stands in for ${employee} until ${endsAt}`;
      await logAdministrator(tx, { operation: 'delegation.create', result });
      return delegation;
    });
    return c.json(created, 201);
  });
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      await deleteDelegation(tx, id);
      await logAdministrator(tx, { operation: 'delegation.delete', result: `ended: ${id}` });
    });
    return c.body(null, 204);
  });
  return app;
};
