import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { problem } from './problem.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** RFC 6750. Digests are compared, so that neither the token's length nor its beginning can be timed. */
export const requireToken = (adminToken: string): MiddlewareHandler => {
  const expected = digest(adminToken);
  return async (c, next) => {
    const given = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    if (given === undefined) {
      throw problem(401, 'Send the administrator token: Authorization: Bearer <token>.', {
        'WWW-Authenticate': 'Bearer realm="tsa"',
      });
    }
    if (!timingSafeEqual(digest(given), expected)) {
      throw problem(401, 'This is not the administrator token.', {
        'WWW-Authenticate': 'Bearer realm="tsa", error="invalid_token"',
      });
    }
    await next();
  };
};
