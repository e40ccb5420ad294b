import type { OpenAPIHono } from '@hono/zod-openapi';
import { conflict, unprocessable } from '../http/responses.ts';
import { idempotencyKeyHeader, idempotencyKeyPattern } from '../http/idempotency.ts';
import { publicOperations } from '../http/roles.ts';

/** What the OpenAPI document says of the API as a whole. Its version changes when a fixed name of spec §12 does. */
const openApiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Technical Support Agent',
    version: '1',
    description:
      'Mailboxes, messages and tickets of TSA. Errors are application/problem+json (RFC 9457) with `errors[]` by field. ' +
      'Lists are paged: send `nextCursor` back as `cursor`. A POST with an `Idempotency-Key` runs once, however often it is sent ' +
      'within 24 hours.',
  },
  security: [{ token: [] }, { session: [] }],
};

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** The routes, with the header that `doOnce` looks for in each of them. */
export const openApiDocument = (app: OpenAPIHono): Document => {
  const document = app.getOpenAPI31Document(openApiInfo);
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const { post } = item;
    if (post === undefined || !path.startsWith('/api/') || publicOperations.has(`POST ${path}`)) continue;
    post.parameters = [...(post.parameters ?? []), idempotencyKey];
    for (const [status, { description }] of Object.entries({ 409: conflict[409], 422: unprocessable[422] }))
      post.responses = {
        [status]: { description, content: { 'application/problem+json': { schema: problemSchema } } },
        ...post.responses,
      };
  }
  return document;
};

const problemSchema = { $ref: '#/components/schemas/Problem' };
const idempotencyKey = {
  name: idempotencyKeyHeader,
  in: 'header' as const,
  required: false,
  description:
    'Any unique text, such as a UUID. A repeated request with the same key returns the stored response and is not run again.',
  schema: { type: 'string' as const, pattern: idempotencyKeyPattern.source, maxLength: 255 },
};

/** The document as it is committed in openapi.json. */
export const openApiText = (app: OpenAPIHono): string => `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
