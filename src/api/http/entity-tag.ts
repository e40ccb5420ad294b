import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { problem } from './problem.ts';

/** A strong entity tag (RFC 9110 §8.8.3): equal for equal representations. */
export const entityTag = (representation: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(representation), 'utf8').digest('base64url').slice(0, 22)}"`;

export const withEntityTag = (representation: unknown): { readonly ETag: string } => ({
  ETag: entityTag(representation),
});

/** Of a route's `request`, where `requireMatch` is called. */
export const ifMatch = {
  headers: z.object({
    'if-match': z.string().max(1_000).optional().openapi({
      description: 'ETag from the last read. The request fails with 412 if the resource has changed since.',
    }),
  }),
};

/**
 * Throws 412 when the request names versions by If-Match (RFC 9110 §13.1.1), and `current`, the tag of what is stored, is none of them. Call it
 * with what was read under a lock, in the transaction of the change.
 */
export const requireMatch = (c: Context, current: string): void => {
  const wanted = c.req.header('If-Match')?.trim();
  if (wanted === undefined || wanted === '*') return;
  const tags = wanted.split(',').map((tag) => tag.trim());
  if (!tags.includes(current))
    throw problem(412, 'Somebody else has changed this since it was read: read it again, and then change it.');
};
