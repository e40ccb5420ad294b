import { createHash } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { attemptLimiter } from '../../db/accounts/attempts.ts';
import type { Db } from '../../db/shared/connect.ts';
import type { AttemptKind, Attempts } from '../http/ports.ts';
import { problem } from '../http/problem.ts';

const quarterOfAnHour = 900;

/** A name may be a password, typed into the wrong field. */
const hidden = (key: string): string => createHash('sha256').update(key, 'utf8').digest('base64url');

/** Failures in a quarter of an hour, after which nothing more is tried until it is over. */
const limits = {
  /** Of one user name, from anywhere. */
  name: 10,
  /** Of one address: several people may share it, or all, behind a proxy. */
  address: 100,
  /** Wrong tokens of one address. */
  token: 1_000,
} as const satisfies Record<AttemptKind, number>;

export const createAttempts = (db: Db): Attempts => {
  const limiter = (kind: AttemptKind) => attemptLimiter(db, { kind, points: limits[kind], seconds: quarterOfAnHour });
  const limiters = { name: limiter('name'), address: limiter('address'), token: limiter('token') };
  return {
    async check(kind, key) {
      const seen = await limiters[kind].get(hidden(key));
      if (seen === null || seen.consumedPoints < limits[kind]) return;
      const seconds = Math.ceil(seen.msBeforeNext / 1_000);
      throw problem(429, `Too many failed attempts: try again in ${String(Math.ceil(seconds / 60))} minutes.`, {
        'Retry-After': String(seconds),
      });
    },
    async failed(kind, key) {
      // At the limit the library rejects with its count; `check` is what refuses.
      await limiters[kind].consume(hidden(key)).catch((refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) throw refused;
      });
    },
    async succeeded(kind, key) {
      await limiters[kind].delete(hidden(key));
    },
  };
};

/** The address that the connection comes from; a proxy's where there is one. */
export const remoteAddress = (c: Context): string => {
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown'; // asked without a socket
  }
};
