import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { listOutbox, resendMail } from '../../db/outgoing/outbox-list.ts';
import { outboxStates } from '../../db/schema/index.ts';
import { outgoingKinds } from '../../domain/outgoing/outgoing.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import { problem } from '../http/problem.ts';
import { conflict, json, notFound, unauthorized, unprocessable } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { idParams, instant, searchText } from '../http/common.ts';

const tags = ['Outgoing mail'];
const OutgoingMailSchema = z
  .object({
    id: z.int(),
    kind: z.enum(outgoingKinds).describe('Name of the template. `redirect` has no template.'),
    state: z.enum(outboxStates),
    to: z.string(),
    subject: z.string().nullable().describe('As sent. Null until it is sent.'),
    ticket: z.string().nullable(),
    attempts: z.int().describe('Failed attempts.'),
    handings: z
      .int()
      .describe('Times that a server took the email, or may have taken it. Above 1, the receiver may have it twice.'),
    nextAttemptAt: instant.nullable(),
    lastError: z.string().nullable().describe('What went wrong and what to do.'),
    createdAt: instant,
    sentAt: instant.nullable(),
  })
  .openapi('OutgoingMail');

const list = createRoute({
  method: 'get',
  path: '/outbox',
  operationId: 'listOutbox',
  tags,
  summary: 'List outgoing emails, newest first',
  request: {
    query: z.strictObject({
      ...pageQuery,
      state: z.enum(outboxStates).optional(),
      kind: z.enum(outgoingKinds).optional(),
      ticket: searchText.toUpperCase().optional().describe('Number of the ticket.'),
      to: searchText.toLowerCase().optional().describe('Matches part of the address.'),
    }),
  },
  responses: {
    200: json(pageOf(OutgoingMailSchema).openapi('OutgoingMailPage'), 'One page of results.'),
    ...unauthorized,
    ...unprocessable,
  },
});

const resend = createRoute({
  method: 'post',
  path: '/outbox/{id}/resend',
  operationId: 'resendMail',
  tags,
  summary: 'Send a failed or waiting email again',
  request: { params: idParams },
  responses: { 204: { description: 'TSA tries again now.' }, ...unauthorized, ...notFound, ...conflict },
});

export const createOutboxRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const rows = await listOutbox(db, filter, { before: decodeCursor(cursor), limit: limit + 1 });
    return c.json(toPage(rows, limit), 200);
  });
  app.openapi(resend, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      if (!(await resendMail(tx, id))) throw problem(409, `Mail ${id} is sent, or there is none.`);
      await logAdministrator(tx, { operation: 'outbox.resend', result: `to be sent again: ${id}` });
    });
    return c.body(null, 204);
  });
  return app;
};
