import { loggable } from '../../db/shared/errors.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { listLog } from '../../db/log/log-list.ts';
import type { RouteDeps } from '../http/deps.ts';
import { decodeCursor, toPage } from '../http/paging.ts';
import { json, unauthorized, unprocessable } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { followLog } from '../../db/log/log-follower.ts';
import { LogPageSchema, logQuery, logStreamHeaders, logStreamQuery } from './log.schema.ts';

const tags = ['Operation log'];

const list = createRoute({
  method: 'get',
  path: '/log',
  operationId: 'listLog',
  tags,
  summary: 'The operation log, newest first',
  request: { query: logQuery },
  responses: { 200: json(LogPageSchema, 'A page.'), ...unauthorized, ...unprocessable },
});

const stream = createRoute({
  method: 'get',
  path: '/log/stream',
  operationId: 'followLog',
  tags,
  summary: 'The operation log as it is written',
  description: 'Server-sent events: `event: entry`, `id:` the entry’s id, `data:` a LogEntry as JSON.',
  request: { query: logStreamQuery, headers: logStreamHeaders },
  responses: {
    200: {
      description: 'Goes on until the client leaves.',
      content: {
        'text/event-stream': { schema: z.string() },
      },
    },
    ...unauthorized,
    ...unprocessable,
  },
});

const LOOK_EVERY_MS = 1_000;
/** Proxies close what is silent for 30 to 60 seconds. */
const KEEP_ALIVE_LOOKS = 15;

type LogQuery = z.output<typeof logStreamQuery>;
const toFilter = ({ mailbox, message, ticket, ...rest }: LogQuery) => ({
  ...rest,
  mailboxId: mailbox,
  messageId: message,
  ticketNumber: ticket,
});

export const createLogRoutes = ({ db, logger }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

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
    const follower = await followLog(db, toFilter(c.req.valid('query')), c.req.valid('header')['last-event-id']);
    return streamSSE(
      c,
      async (events) => {
        const gone = new AbortController();
        events.onAbort(() => gone.abort());
        for (let silent = 0; !gone.signal.aborted;) {
          const entries = await follower.next();
          for (const entry of entries) {
            await events.writeSSE({ event: 'entry', id: String(entry.id), data: JSON.stringify(entry) });
          }
          silent = entries.length > 0 ? 0 : silent + 1;
          if (silent % KEEP_ALIVE_LOOKS === 1) await events.write(': still here\n\n');
          await sleep(LOOK_EVERY_MS, undefined, { signal: gone.signal }).catch(() => undefined);
        }
      },
      // eslint-disable-next-line @typescript-eslint/require-await -- the signature asks for a promise
      async (error) => {
        logger.warn(loggable(error), 'log stream ended');
      },
    );
  });
  return app;
};
