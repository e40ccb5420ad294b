import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createMailto, type MailtoForm, readMailto } from '../../instructions/mailto.ts';
import { readInstruction } from '../../instructions/read-instruction.ts';
import type { RouteDeps } from '../http/deps.ts';
import { fieldError, invalid } from '../http/problem.ts';
import { json, jsonBody, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { DiagnosticSchema, plainText } from '../http/common.ts';
import { UnderstoodSchema, type Understood } from '../messages/message.schema.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import { mailtoPresets, presetMail, type MailtoPreset } from '../../domain/outgoing/mailto-presets.ts';
import { unknownPlaceholders, withoutSamples, withSamples } from '../../instructions/placeholders.ts';
import { toUnderstood } from '../messages/understand.ts';

const addresses = plainText(10_000).describe('Email addresses, separated by commas.');

const MailtoRequestSchema = z
  .strictObject({
    to: addresses,
    cc: addresses,
    bcc: addresses,
    subject: plainText(1_000),
    body: plainText(100_000),
    preset: z
      .enum(mailtoPresets)
      .describe('Writes subject and body where these are omitted, for the ticket `#RFC_NUMBER#` of a template.'),
    rfcNumber: plainText(64).describe('Ticket of the preset, instead of `#RFC_NUMBER#`.'),
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
    const head = { from: null, subject: withSamples(subject), isReply: false };
    const reading = readInstruction(withSamples(body), { ...readOptions, acceptCurlyQuotes: false }, head);
    return c.json(
      {
        url,
        mail: { to, cc, bcc, subject, body },
        understood: withPlaceholders(toUnderstood(reading.instruction)),
        warnings: [...warnings, ...unknownTagWarnings(`${subject}\n${body}`), ...reading.warnings],
        errors: reading.errors,
      },
      200,
    );
  });
  return app;
};

type MailtoParts = { readonly [Part in keyof MailtoForm]?: string | undefined } & {
  readonly preset?: MailtoPreset | undefined;
  readonly rfcNumber?: string | undefined;
};

/** The sample values that were read give way to their placeholders. */
const withPlaceholders = (understood: Understood): Understood => {
  const shown = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, withoutSamples(value)]));
  const { rfcNumber, actionId, variables, fields } = understood;
  return {
    ...understood,
    rfcNumber: rfcNumber === null ? null : withoutSamples(rfcNumber),
    actionId: actionId === null ? null : withoutSamples(actionId),
    variables: shown(variables),
    fields: shown(fields),
  };
};

const unknownTagWarnings = (text: string): readonly Diagnostic[] =>
  unknownPlaceholders(text).map((name) => ({
    code: 'unknown_tag',
    message: `Templates do not know #${name}#: it stays as it is in the email.`,
    line: null,
    column: null,
    variable: null,
  }));

const write = ({ to, preset, rfcNumber, ...form }: MailtoParts): ReturnType<typeof createMailto> => {
  if (to === undefined)
    throw invalid([fieldError('to', 'Give the address that the mail goes to, or a url to test.', 'required')]);
  const made = preset === undefined ? {} : presetMail(preset, rfcNumber);
  return createMailto({ to, ...made, ...form });
};
