import type { z } from 'zod';
import { ProblemSchema } from './problem.ts';

/** A JSON answer in a route's `responses`. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});

const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemSchema } },
});

export const unauthorized = {
  401: refusal('Authentication required.'),
  403: refusal('The caller’s role does not allow it, or the CSRF token is missing.'),
} as const;
export const tooMany = { 429: refusal('Too many failed attempts. See Retry-After.') } as const;
export const notFound = { 404: refusal('Resource not found.') } as const;
export const conflict = { 409: refusal('Not possible in the current state. `detail` says what to do.') } as const;
export const changed = {
  412: refusal('The resource has changed since it was read: its ETag differs from If-Match.'),
} as const;
export const unavailable = { 503: refusal('A dependency does not respond. `detail` names it.') } as const;
export const unsupported = {
  400: refusal('The body cannot be read: it is not JSON or not UTF-8.'),
  415: refusal('Unsupported media type.'),
} as const;
export const unprocessable = {
  413: refusal('The body is too large.'),
  422: refusal('A rule is broken. `errors` names each field and rule.'),
} as const;

/** Besides its success: of a change, and of a removal, that If-Match may be sent with. */
export const ofRemoval = { ...unauthorized, ...notFound, ...conflict, ...changed, ...unprocessable } as const;
export const ofUpdate = { ...ofRemoval, ...unsupported } as const;

/** A download. */
export const binary = (mediaType: string, description: string) => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' as const, format: 'binary' } } },
});
