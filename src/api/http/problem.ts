import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import { ConflictError, NotFoundError, loggable } from '../../db/shared/errors.ts';
import { SecretKeyError } from '../../db/mailboxes/secrets.ts';

/** One fault of a request, by the field it stands in. */
const FieldErrorSchema = z
  .object({
    field: z.string().describe('Dotted name of the field, such as `mailServer`. Empty for the whole request.'),
    pointer: z.string().describe('JSON Pointer into the request body (RFC 6901); `?name` for a query parameter.'),
    rule: z.string().optional().describe('Name of the rule that was broken.'),
    message: z.string().describe('What is wrong and how to fix it.'),
    line: z.int().optional().describe('Line in an imported file, starting at 1.'),
    column: z.string().optional().describe('Column name in an imported file.'),
  })
  .openapi('FieldError');
export type FieldError = z.infer<typeof FieldErrorSchema>;

/** RFC 9457 problem details. */
export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional().describe('What went wrong and what to do.'),
    errors: z.array(FieldErrorSchema).optional(),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof ProblemSchema>;

/** A refusal: thrown by a handler, turned into the response in one place. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
    this.headers = headers;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Content too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal server error',
  503: 'Service unavailable',
};

const plain = (status: number, detail?: string): Problem => ({
  type: 'about:blank',
  title: titles[status] ?? 'Error',
  status,
  ...(detail === undefined ? {} : { detail }),
});

export const problem = (status: number, detail: string, headers?: Readonly<Record<string, string>>): ProblemError =>
  new ProblemError(plain(status, detail), headers);

/** 422: what the client sent is understood, but breaks rules. `errors` names each. */
export const invalid = (errors: readonly FieldError[]): ProblemError =>
  new ProblemError({
    type: '/problems/invalid-request',
    title: 'Invalid request',
    status: 422,
    detail: errors.map((error) => error.message).join(' '),
    errors: [...errors],
  });

/** An error of one field of a JSON body. */
export const fieldError = (field: string, message: string, rule?: string): FieldError => ({
  field,
  pointer: `/${field.split('.').map(escapePointer).join('/')}`,
  ...(rule === undefined ? {} : { rule }),
  message,
});

/** RFC 6901 §3. */
export const escapePointer = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

const problemResponse = (c: Context, body: Problem, headers: Readonly<Record<string, string>> = {}): Response =>
  c.body(JSON.stringify(body), body.status as ContentfulStatusCode, {
    ...headers,
    'Content-Type': 'application/problem+json',
  });

/**
 * Every error of every route ends here. An unexpected one is logged whole and answered with nothing of it: a driver's
 * message holds the statement and its parameters.
 */
export const createErrorHandler =
  (logger: Logger) =>
  (error: Error, c: Context): Response => {
    if (error instanceof ProblemError) return problemResponse(c, error.problem, error.headers);
    if (error instanceof HTTPException) return problemResponse(c, plain(error.status, error.message));
    if (error instanceof NotFoundError) return problemResponse(c, plain(404, error.message));
    if (error instanceof ConflictError) return problemResponse(c, plain(409, error.message));
    if (error instanceof SecretKeyError) return problemResponse(c, plain(409, `${error.message} ${error.remedy}`));
    logger.error({ ...loggable(error), method: c.req.method, path: c.req.path }, 'request failed');
    return problemResponse(c, plain(500, 'The request could not be handled. The service log says why.'));
  };

export const notFoundHandler = (c: Context): Response =>
  problemResponse(c, plain(404, `There is nothing at ${c.req.path}.`));

export const methodNotAllowedHandler = (c: Context, methods: readonly string[]): Response =>
  problemResponse(c, plain(405, `${c.req.path} knows ${methods.join(', ')}.`), { Allow: methods.join(', ') });
