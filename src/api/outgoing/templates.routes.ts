import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { listTemplates, resetTemplate, saveTemplate, type StoredTemplate } from '../../db/outgoing/templates.ts';
import type { Db, Tx } from '../../db/shared/connect.ts';
import { lockTable } from '../../db/shared/lock.ts';
import { templates as templatesTable } from '../../db/schema/index.ts';
import { readMailParts } from '../../db/outgoing/mail-parts.ts';
import { namedParts, withParts } from '../../domain/outgoing/mail-parts.ts';
import { languages, type Language } from '../../domain/outgoing/outgoing.ts';
import { templateTags } from '../../domain/outgoing/template-tags.ts';
import { explainUnknownTags, renderTemplate, type Template } from '../../domain/outgoing/template.ts';
import { templateNames } from '../../domain/outgoing/templates/shipped.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { entityTag, ifMatch, requireMatch, withEntityTag } from '../http/entity-tag.ts';
import { fieldError, invalid, problem } from '../http/problem.ts';
import { changed, json, jsonBody, notFound, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { words } from '../http/common.ts';

const tags = ['Templates'];
const parts = {
  subject: words(500).describe('A single line of text.'),
  text: words(50_000).describe('The text part. Mail programs without HTML show it, so it contains the links as well.'),
  html: words(200_000).describe('The HTML part. Inserted values are escaped.'),
};
const key = { name: z.enum(templateNames), language: z.enum(languages) };
const TemplateSchema = z
  .object({ ...key, ...parts, changed: z.boolean().describe('False: as shipped.') })
  .openapi('Template');
const TemplateListSchema = z
  .object({
    items: z.array(TemplateSchema),
    tags: z.record(z.string(), z.string()).describe('Placeholders, without #, with their sample values.'),
  })
  .openapi('TemplateList');
const params = z.object({
  name: key.name.openapi({ param: { name: 'name', in: 'path' } }),
  language: key.language.openapi({ param: { name: 'language', in: 'path' } }),
});
const path = '/templates/{name}/{language}';

const routes = {
  list: createRoute({
    method: 'get',
    path: '/templates',
    operationId: 'listTemplates',
    tags,
    summary: 'List the email templates and their placeholders',
    responses: { 200: json(TemplateListSchema, 'All entries.'), ...unauthorized },
  }),
  read: createRoute({
    method: 'get',
    path,
    operationId: 'readTemplate',
    tags,
    summary: 'Get an entry',
    request: { params },
    responses: { 200: json(TemplateSchema, 'The template in use.'), ...unauthorized, ...notFound },
  }),
  save: createRoute({
    method: 'patch',
    path,
    operationId: 'changeTemplate',
    tags,
    summary: 'Change a template. Unknown placeholders are rejected',
    request: { params, ...ifMatch, body: jsonBody(z.strictObject(parts).partial().openapi('TemplateChange')) },
    responses: {
      200: json(TemplateSchema, 'Changed.'),
      ...unauthorized,
      ...notFound,
      ...changed,
      ...unsupported,
      ...unprocessable,
    },
  }),
  reset: createRoute({
    method: 'delete',
    path,
    operationId: 'resetTemplate',
    tags,
    summary: 'Restore the built-in template',
    request: { params, ...ifMatch },
    responses: {
      204: { description: 'The built-in template.' },
      ...unauthorized,
      ...notFound,
      ...changed,
      ...unprocessable,
    },
  }),
  preview: createRoute({
    method: 'post',
    path: '/templates/preview',
    operationId: 'previewTemplate',
    tags,
    summary: 'Preview a template with sample values',
    request: { body: jsonBody(z.strictObject(parts).openapi('TemplateDraft')) },
    responses: {
      200: json(z.object(parts).openapi('TemplatePreview'), 'The template with sample values.'),
      ...unauthorized,
      ...unsupported,
      ...unprocessable,
    },
  }),
};

/** Each value says which placeholder it stands for. */
const sampleValues = Object.fromEntries(
  Object.keys(templateTags).map((name) => [
    name,
    name.endsWith('_URL') ? `mailto:support@example.com?subject=${name}` : `‹${name}›`,
  ]),
);

export const createTemplateRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(routes.list, async (c) => c.json({ items: await listTemplates(db), tags: templateTags }, 200));
  app.openapi(routes.preview, async (c) => {
    const draft = c.req.valid('json');
    refuseUnknownTags(draft);
    return c.json(renderTemplate(withParts(draft, await readMailParts(db, 'en')), sampleValues), 200);
  });
  app.openapi(routes.read, async (c) => {
    const template = await find(db, c.req.valid('param'));
    return c.json(template, 200, withEntityTag(template));
  });
  app.openapi(routes.save, async (c) => {
    const which = c.req.valid('param');
    const changes = c.req.valid('json');
    const saved = await db.transaction(async (tx) => {
      await lockTable(tx, templatesTable);
      const stored = await find(tx, which);
      requireMatch(c, entityTag(stored));
      const { subject, text, html } = stored;
      const template = {
        subject: changes.subject ?? subject,
        text: changes.text ?? text,
        html: changes.html ?? html,
      };
      refuseUnknownTags(template);
      await refuseUnknownParts(tx, which.language, template);
      await saveTemplate(tx, { ...which, ...template });
      await logAdministrator(tx, {
        operation: 'template.update',
        result: `changed: ${which.name} (${which.language})`,
      });
      return find(tx, which);
    });
    return c.json(saved, 200, withEntityTag(saved));
  });
  app.openapi(routes.reset, async (c) => {
    const { name, language } = c.req.valid('param');
    await db.transaction(async (tx) => {
      await lockTable(tx, templatesTable);
      requireMatch(c, entityTag(await find(tx, { name, language })));
      await resetTemplate(tx, name, language);
      await logAdministrator(tx, { operation: 'template.reset', result: `as shipped: ${name} (${language})` });
    });
    return c.body(null, 204);
  });
  return app;
};

const find = async (db: Db | Tx, { name, language }: z.output<typeof params>): Promise<StoredTemplate> => {
  const found = (await listTemplates(db)).find((one) => one.name === name && one.language === language);
  if (found === undefined) throw problem(404, `There is no template ${name} (${language}).`);
  return found;
};

const refuseUnknownParts = async (tx: Tx, language: Language, template: Template): Promise<void> => {
  const parts = await readMailParts(tx, language);
  const unknown = namedParts(template).filter((name) => !parts.has(name));
  if (unknown.length > 0)
    throw invalid([
      fieldError('text', `There is no mail part ${unknown.join(', ')} (${language}): create it first.`, 'unknown_part'),
    ]);
};

/** Spec §9: an unknown tag fails when the template is saved. */
const refuseUnknownTags = (template: Parameters<typeof explainUnknownTags>[0]): void => {
  const explanation = explainUnknownTags(template);
  if (explanation !== null) throw invalid([fieldError('text', explanation, 'unknown_tag')]);
};
