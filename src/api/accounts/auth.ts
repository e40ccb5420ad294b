import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
import { findApiToken, hasApiToken } from '../../db/accounts/api-tokens.ts';
import type { Db } from '../../db/shared/connect.ts';
import { findSession, hasSession } from '../../db/accounts/sessions.ts';
import { mayActAs } from '../../domain/accounts/role.ts';
import type { Attempts } from '../http/ports.ts';
import { asCaller, type Caller } from '../http/caller.ts';
import { addressCounted, clientAddress } from '../http/client-address.ts';
import { problem } from '../http/problem.ts';
import { publicOperations, roleNeeded } from '../http/roles.ts';
import { isSameSecret } from '../http/same-secret.ts';

export const sessionCookie = 'tsa_session';
const csrfHeader = 'X-CSRF-Token';
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a page that may read our answers knows, and a page of another site does not: derived, so that there is nothing to store. */
export const csrfTokenOf = (sessionToken: string): string =>
  createHash('sha256').update(`csrf ${sessionToken}`, 'utf8').digest('base64url');

export interface AuthOptions {
  readonly db: Db;
  readonly adminToken: string;
  readonly attempts: Attempts;
}

/**
 * Lets a request on that carries a good token (RFC 6750), or the cookie of a session and, where it changes something, the CSRF token with it,
 * and whose role suffices. Throws 401, 403, or 429 after too many wrong tokens.
 */
export const requireCaller = (options: AuthOptions): MiddlewareHandler => {
  const authenticate = createAuthenticator(options);
  return async (c, next) => {
    const path = matchedRoutes(c).at(-1)?.path ?? c.req.path;
    if (publicOperations.has(`${c.req.method} ${path}`)) return next();
    const caller = await authenticate(c);
    const needed = roleNeeded(c.req.method, path);
    if (!mayActAs(caller.role, needed))
      throw problem(403, `This needs the role ${needed}; ${caller.name} has the role ${caller.role}.`);
    return asCaller(caller, next);
  };
};

const createAuthenticator = ({ db, adminToken, attempts }: AuthOptions): ((c: Context) => Promise<Caller>) => {
  return async (c) => {
    const authorization = c.req.header('Authorization');
    const cookie = getCookie(c, sessionCookie);
    if (authorization === undefined && cookie !== undefined) return bySession(c, db, cookie);
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) throw unauthorized('Sign in, or send a token: Authorization: Bearer <token>.');
    if (isSameSecret(given, adminToken))
      return {
        id: 'admin-token',
        name: 'admin token',
        kind: 'token',
        role: 'administrator',
        isStillIn: () => Promise.resolve(true),
      };
    const found = await findApiToken(db, given);
    if (found !== undefined)
      return {
        id: `token:${String(found.id)}`,
        name: `token ${found.name}`,
        kind: 'token',
        role: found.role,
        isStillIn: () => hasApiToken(db, given, found.role),
      };
    await attempts.take('token', addressCounted(clientAddress(c)));
    throw unauthorized('There is no such token, or it has expired.', ', error="invalid_token"');
  };
};

const bySession = async (c: Context, db: Db, token: string): Promise<Caller> => {
  const found = await findSession(db, token);
  if (found === undefined) throw unauthorized('The session has ended: sign in again.');
  if (!safeMethods.has(c.req.method) && c.req.header(csrfHeader) !== csrfTokenOf(token))
    throw problem(403, `A change by cookie needs the header ${csrfHeader}, as GET /api/v1/session tells it.`);
  const { userId, name, role } = found;
  return {
    id: `user:${String(userId)}`,
    name,
    kind: 'user',
    role,
    isStillIn: () => hasSession(db, token, role),
    session: { userId, token },
  };
};

const unauthorized = (detail: string, parameters = '') =>
  problem(401, detail, { 'WWW-Authenticate': `Bearer realm="tsa"${parameters}` });
