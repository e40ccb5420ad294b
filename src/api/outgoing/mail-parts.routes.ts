import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { deleteMailPart, listMailParts, saveMailPart } from '../../db/outgoing/mail-parts.ts';
import { lockTable } from '../../db/shared/lock.ts';
import { templates } from '../../db/schema/index.ts';
import { partNamePattern } from '../../domain/outgoing/mail-parts.ts';
import { languages } from '../../domain/outgoing/outgoing.ts';
import { explainUnknownTags, htmlFromText } from '../../domain/outgoing/template.ts';
import { words } from '../http/common.ts';
import type { RouteDeps } from '../http/deps.ts';
import { fieldError, invalid, problem } from '../http/problem.ts';
import { conflict, json, jsonBody, notFound, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { logAdministrator } from '../log/administrator-log.ts';

const name = z
  .string()
  .regex(partNamePattern, 'write letters, digits, _ and -.')
  .transform((given) => given.toLowerCase());
const language = z.enum(languages);
const MailPartSchema = z
  .object({ name: z.string(), language, text: z.string(), html: z.string() })
  .openapi('MailPart', { description: 'Text that templates share. They name it as `#[MAIL_PART.name]#`.' });
const params = z.object({
  name: name.openapi({ param: { name: 'name', in: 'path' } }),
  language: language.openapi({ param: { name: 'language', in: 'path' } }),
});
const path = '/mail-parts/{name}/{language}';
const tags = ['Templates'];

const routes = {
  list: createRoute({
    method: 'get',
    path: '/mail-parts',
    operationId: 'listMailParts',
    tags,
    summary: 'List mail parts',
    responses: {
      200: json(z.object({ items: z.array(MailPartSchema) }).openapi('MailPartList'), 'All parts.'),
      ...unauthorized,
    },
  }),
  save: createRoute({
    method: 'put',
    path,
    operationId: 'saveMailPart',
    tags,
    summary: 'Create or replace a mail part',
    description: 'Placeholders in it are filled as in templates. An unknown one is refused.',
    request: {
      params,
      body: jsonBody(
        z
          .strictObject({
            text: words(20_000),
            html: words(50_000).optional().describe('Made from the text when omitted.'),
          })
          .openapi('MailPartForm'),
      ),
    },
    responses: { 200: json(MailPartSchema, 'Saved.'), ...unauthorized, ...notFound, ...unsupported, ...unprocessable },
  }),
  remove: createRoute({
    method: 'delete',
    path,
    operationId: 'deleteMailPart',
    tags,
    summary: 'Delete a mail part',
    request: { params },
    responses: { 204: { description: 'Deleted.' }, ...unauthorized, ...notFound, ...conflict, ...unprocessable },
  }),
};

export const createMailPartRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(routes.list, async (c) => c.json({ items: await listMailParts(db) }, 200));
  app.openapi(routes.save, async (c) => {
    const which = c.req.valid('param');
    const { text, html = htmlFromText(text) } = c.req.valid('json');
    const explanation = explainUnknownTags({ subject: '', text, html });
    if (explanation !== null) throw invalid([fieldError('text', explanation, 'unknown_tag')]);
    const part = { ...which, text, html };
    await db.transaction(async (tx) => {
      await saveMailPart(tx, part);
      await logAdministrator(tx, { operation: 'mail_part.save', result: `changed: ${which.name} (${which.language})` });
    });
    return c.json(part, 200);
  });
  app.openapi(routes.remove, async (c) => {
    const { name: part, language: of } = c.req.valid('param');
    await db.transaction(async (tx) => {
      await lockTable(tx, templates);
      if (!(await deleteMailPart(tx, part, of))) throw problem(404, `There is no mail part ${part} (${of}).`);
      await logAdministrator(tx, { operation: 'mail_part.delete', result: `deleted: ${part} (${of})` });
    });
    return c.body(null, 204);
  });
  return app;
};
