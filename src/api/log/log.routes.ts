import { loggable } from '../../db/shared/errors.ts';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { listLog } from '../../db/log/log-list.ts';
import type { RouteDeps } from '../http/deps.ts';
import { currentCaller } from '../http/caller.ts';
import { decodeCursor, toPage } from '../http/paging.ts';
import { json, tooMany, unauthorized, unavailable, unprocessable } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { followLog } from '../../db/log/log-follower.ts';
import { createLogStreams } from './log-streams.ts';
import { LogPageSchema, logQuery, logStreamHeaders, logStreamQuery } from './log.schema.ts';

const tags = ['Operation log'];

const list = createRoute({
  method: 'get',
  path: '/log',
  operationId: 'listLog',
  tags,
  summary: 'List the operation log, newest first',
  request: { query: logQuery },
  responses: { 200: json(LogPageSchema, 'One page of results.'), ...unauthorized, ...unprocessable },
});

const stream = createRoute({
  method: 'get',
  path: '/log/stream',
  operationId: 'followLog',
  tags,
  summary: 'Stream the operation log',
  description: 'Server-sent events: `event: entry`, `id:` the entry’s id, `data:` a LogEntry as JSON.',
  request: { query: logStreamQuery, headers: logStreamHeaders },
  responses: {
    200: {
      description: 'Runs until the client disconnects or loses access, for at most one hour.',
      content: {
        'text/event-stream': { schema: z.string() },
      },
    },
    ...unauthorized,
    ...unprocessable,
    ...tooMany,
    ...unavailable,
  },
});

type LogQuery = z.output<typeof logStreamQuery>;
const toFilter = ({ mailbox, message, ticket, ...rest }: LogQuery) => ({
  ...rest,
  mailboxId: mailbox,
  messageId: message,
  ticketNumber: ticket,
});

export const createLogRoutes = ({ db, logger }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  const streams = createLogStreams(db);

  app.openapi(list, async (c) => {
    const { limit, cursor, from, until, ...query } = c.req.valid('query');
    const rows = await listLog(
      db,
      { ...toFilter(query), from, until },
      { before: decodeCursor(cursor), limit: limit + 1 },
    );
    return c.json(toPage(rows, limit), 200);
  });

  app.openapi(stream, async (c) => {
    const caller = currentCaller();
    const { leave } = streams.take(caller);
    try {
      const follower = await followLog(db, toFilter(c.req.valid('query')), c.req.valid('header')['last-event-id']);
      return streamSSE(c, async (events) => {
        const gone = new AbortController();
        events.onAbort(() => gone.abort());
        try {
          await streams.tell(caller, follower, {
            entry: (entry) => events.writeSSE({ event: 'entry', id: String(entry.id), data: JSON.stringify(entry) }),
            keepAlive: async () => {
              await events.write(': still here\n\n');
            },
            gone: gone.signal,
          });
        } catch (error) {
          logger.warn(loggable(error), 'log stream ended');
        } finally {
          leave();
        }
      });
    } catch (error) {
      leave();
      throw error;
    }
  });
  return app;
};
