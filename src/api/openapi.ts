import type { OpenAPIHono } from '@hono/zod-openapi';

/** What the OpenAPI document says of the API as a whole. Its version changes when a fixed name of spec §12 does. */
export const openApiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Technical Support Agent',
    version: '1',
    description:
      'Mailboxes, messages and tickets of the agent. Errors are application/problem+json (RFC 9457) with `errors[]` by field. ' +
      'Lists with a `nextCursor` are read page by page: give it back as `cursor`.',
  },
  security: [{ token: [] }, { session: [] }],
};

/** The document as it is committed in openapi.json. */
export const openApiText = (app: OpenAPIHono): string =>
  `${JSON.stringify(app.getOpenAPI31Document(openApiInfo), null, 2)}\n`;
