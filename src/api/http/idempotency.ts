import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Db } from '../../db/shared/connect.ts';
import { type EarlierRequest, giveBackKey, keepAnswer, takeKey } from '../../db/accounts/idempotency.ts';
import { currentCaller } from './caller.ts';
import { problem } from './problem.ts';
import { publicOperations } from './roles.ts';

/** As in the draft of the IETF's HTTPAPI group, "The Idempotency-Key HTTP Header Field". */
export const idempotencyKeyHeader = 'Idempotency-Key';
export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;

/** Whose answers hold a secret, which is kept nowhere. */
const secretAnswers: ReadonlySet<string> = new Set(['POST /api/v1/tokens']);

/**
 * A POST with an Idempotency-Key is done once by its caller, however often it is sent within 24 hours: the first answer is sent again. Only
 * what succeeded counts: after a refusal, which changes nothing, the key is free again. One that broke off, or failed inside (500), is not
 * done again, for nobody knows how far it came. Throws 409 then, and while the first one runs; 422 for a key of another request, or one
 * that is none.
 */
export const doOnce =
  (db: Db): MiddlewareHandler =>
  async (c, next) => {
    const key = c.req.header(idempotencyKeyHeader);
    const operation = `${c.req.method} ${matchedRoutes(c).at(-1)?.path ?? c.req.path}`;
    if (key === undefined || c.req.method !== 'POST' || publicOperations.has(operation)) return next();
    if (!idempotencyKeyPattern.test(key))
      throw problem(422, `${idempotencyKeyHeader}: write 1 to 255 visible ASCII characters, such as a UUID.`);
    const of = { caller: currentCaller().id, key };
    const { pathname, search } = new URL(c.req.url);
    const fingerprint = createHash('sha256')
      .update(`${pathname}${search}\n`, 'utf8')
      .update(new Uint8Array(await c.req.arrayBuffer()))
      .digest('base64url');
    const earlier = await takeKey(db, { ...of, fingerprint });
    if (earlier !== undefined) return answerAgain(earlier, fingerprint);
    await next();
    if (c.res.status === 500) return;
    if (!c.res.ok) return giveBackKey(db, of);
    const body = secretAnswers.has(operation) ? '' : await c.res.clone().text();
    await keepAnswer(db, of, {
      status: c.res.status,
      body: body === '' ? null : body,
      location: c.res.headers.get('Location'),
    });
  };

const answerAgain = ({ fingerprint: earlier, answer, createdAt }: EarlierRequest, fingerprint: string): Response => {
  if (earlier !== fingerprint)
    throw problem(422, `${idempotencyKeyHeader}: another request had this key: take a new one.`);
  if (answer === null)
    throw problem(409, `The request with this key began at ${createdAt} and has no answer: it runs, or broke off.`);
  if (answer.status === 201 && answer.body === null)
    throw problem(409, 'This was made by the first request; its answer held a secret, which is shown only once.');
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      'Idempotency-Replayed': 'true',
      ...(answer.body === null ? {} : { 'Content-Type': 'application/json' }),
      ...(answer.location === null ? {} : { Location: answer.location }),
    },
  });
};
