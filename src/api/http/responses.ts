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
  401: refusal('Nobody is signed in, and there is no good token.'),
  403: refusal('The caller’s role does not allow it, or the CSRF token is missing.'),
} as const;
export const tooMany = { 429: refusal('Too many failed attempts: see Retry-After.') } as const;
export const notFound = { 404: refusal('There is no such thing.') } as const;
export const conflict = { 409: refusal('Not possible in the present state; the detail says what to do.') } as const;
export const changed = {
  412: refusal('It has changed since it was read: its ETag is not the one of If-Match.'),
} as const;
export const unavailable = { 503: refusal('Another part of the agent does not answer; the detail names it.') } as const;
export const unsupported = {
  400: refusal('The body cannot be read: it is no JSON, or no UTF-8.'),
  415: refusal('The body has another media type than the one asked for.'),
} as const;
export const unprocessable = {
  413: refusal('The body is too large.'),
  422: refusal('Rules are broken: `errors` names each by its field.'),
} as const;

/** Besides its success: of a change, and of a removal, that If-Match may be sent with. */
export const ofRemoval = { ...unauthorized, ...notFound, ...conflict, ...changed, ...unprocessable } as const;
export const ofUpdate = { ...ofRemoval, ...unsupported } as const;

/** A download. */
export const binary = (mediaType: string, description: string) => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' as const, format: 'binary' } } },
});
