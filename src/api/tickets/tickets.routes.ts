import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  findOptionalDocumentContent,
  findOptionalTicketEntry,
  listActions,
  listDocuments,
  listTickets,
} from '../../db/tickets/ticket-list.ts';
import { listUndelivered } from '../../db/outgoing/outbox-list.ts';
import { listApprovals } from '../../db/approvals/approval-list.ts';
import { approvalWorkflowId } from '../../workflows/approvals/approval.messages.ts';
import { ticketWorkflowId } from '../../workflows/processes/ticket.messages.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { downloadHeaders } from '../http/download.ts';
import { decodeCursor, toPage } from '../http/paging.ts';
import { problem } from '../http/problem.ts';
import { binary, json, notFound, unauthorized, unprocessable } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { documentParams, TicketDetailSchema, TicketPageSchema, ticketParams, ticketQuery } from './ticket.schema.ts';

const tags = ['Tickets'];

const list = createRoute({
  method: 'get',
  path: '/tickets',
  operationId: 'listTickets',
  tags,
  summary: 'List tickets, newest first',
  request: { query: ticketQuery },
  responses: { 200: json(TicketPageSchema, 'One page of results.'), ...unauthorized, ...unprocessable },
});

const read = createRoute({
  method: 'get',
  path: '/tickets/{number}',
  operationId: 'readTicket',
  tags,
  summary: 'Get a ticket with its actions, documents and approvals',
  request: { params: ticketParams },
  responses: { 200: json(TicketDetailSchema, 'The ticket.'), ...unauthorized, ...notFound },
});

const download = createRoute({
  method: 'get',
  path: '/tickets/{number}/documents/{id}',
  operationId: 'downloadDocument',
  tags,
  summary: 'Download a document',
  request: { params: documentParams },
  responses: { 200: binary('application/octet-stream', 'Bytes of the document.'), ...unauthorized, ...notFound },
});

export const createTicketRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(list, async (c) => {
    const { limit, cursor, mailbox, category, ...filter } = c.req.valid('query');
    const rows = await listTickets(
      db,
      { ...filter, mailboxId: mailbox, categoryId: category },
      { before: decodeCursor(cursor), limit: limit + 1 },
    );
    return c.json(toPage(rows, limit), 200);
  });

  app.openapi(read, async (c) => {
    const { number } = c.req.valid('param');
    const ticket = await findOptionalTicketEntry(db, number);
    if (ticket === undefined) throw problem(404, `There is no ticket ${number}.`);
    const [actions, documents, approvals, undelivered] = await Promise.all([
      listActions(db, ticket.id),
      listDocuments(db, ticket.id),
      listApprovals(db, ticket.id),
      listUndelivered(db, ticket.id),
    ]);
    const withWorkflows = approvals.map((approval) => ({
      ...approval,
      workflowId: approval.kind === 'approval' ? approvalWorkflowId(number, approval.actionId) : null,
    }));
    const workflowId = ticketWorkflowId(number);
    return c.json({ ...ticket, workflowId, actions, documents, approvals: withWorkflows, undelivered }, 200);
  });

  app.openapi(download, async (c) => {
    const { number, id } = c.req.valid('param');
    const document = await findOptionalDocumentContent(db, number, id);
    if (document === undefined) throw problem(404, `Ticket ${number} has no document ${id}.`);
    await logAdministrator(db, { operation: 'document.read', ticketNumber: number, result: `read: ${document.name}` });
    return c.body(new Uint8Array(document.bytes), 200, downloadHeaders(document.name, document.contentType));
  });
  return app;
};
