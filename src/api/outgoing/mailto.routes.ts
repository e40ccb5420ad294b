import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createMailto, type MailtoForm, readMailto } from '../../instructions/mailto.ts';
import { readInstruction } from '../../instructions/read-instruction.ts';
import type { RouteDeps } from '../http/deps.ts';
import { fieldError, invalid } from '../http/problem.ts';
import { json, jsonBody, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { DiagnosticSchema, plainText } from '../http/common.ts';
import { UnderstoodSchema } from '../messages/message.schema.ts';
import { toUnderstood } from '../messages/understand.ts';

const addresses = plainText(10_000).describe('Email addresses, separated by commas.');

const MailtoRequestSchema = z
  .strictObject({
    to: addresses,
    cc: addresses,
    bcc: addresses,
    subject: plainText(1_000),
    body: plainText(100_000),
    url: plainText(100_000).describe('A mailto URL to test. It replaces all other fields.'),
  })
  .partial()
  .openapi('MailtoRequest');

const MailtoSchema = z
  .object({
    url: z.string(),
    mail: z
      .object({ to: z.string(), cc: z.string(), bcc: z.string(), subject: z.string(), body: z.string() })
      .describe('The email that a click on the URL opens.'),
    understood: UnderstoodSchema.describe('What TSA would do with that message.'),
    warnings: z.array(DiagnosticSchema).readonly(),
    errors: z.array(DiagnosticSchema).readonly(),
  })
  .openapi('Mailto');

const generate = createRoute({
  method: 'post',
  path: '/mailto',
  operationId: 'createMailto',
  tags: ['Mailto'],
  summary: 'Create or test a mailto URL',
  request: { body: jsonBody(MailtoRequestSchema) },
  responses: {
    200: json(MailtoSchema, 'The URL and what it does.'),
    ...unauthorized,
    ...unsupported,
    ...unprocessable,
  },
});

export const createMailtoRoutes = ({ readOptions }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(generate, (c) => {
    const { url: given, ...form } = c.req.valid('json');
    if (given !== undefined && Object.keys(form).length > 0)
      throw invalid([fieldError('url', 'Give either a URL to test, or the parts of one to write.', 'exclusive')]);
    const { url, warnings } = given === undefined ? write(form) : { url: given.trim(), warnings: [] };
    const read = readMailto(url);
    if (read === null) throw invalid([fieldError('url', 'A mailto URL begins with mailto:', 'format')]);
    const { to, cc = '', bcc = '', subject = '', body = '' } = read;
    const head = { from: null, subject, isReply: false };
    const reading = readInstruction(body, { ...readOptions, acceptCurlyQuotes: false }, head);
    return c.json(
      {
        url,
        mail: { to, cc, bcc, subject, body },
        understood: toUnderstood(reading.instruction),
        warnings: [...warnings, ...reading.warnings],
        errors: reading.errors,
      },
      200,
    );
  });
  return app;
};

type MailtoParts = { readonly [Part in keyof MailtoForm]?: string | undefined };

const write = ({ to, ...form }: MailtoParts): ReturnType<typeof createMailto> => {
  if (to === undefined)
    throw invalid([fieldError('to', 'Give the address that the mail goes to, or a url to test.', 'required')]);
  return createMailto({ to, ...form });
};
