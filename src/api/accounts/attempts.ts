import { createHash } from 'node:crypto';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { attemptLimiter } from '../../db/accounts/attempts.ts';
import type { Db } from '../../db/shared/connect.ts';
import type { Attempts, RefusedAttempt, SlowedAttempt } from '../http/ports.ts';
import { problem } from '../http/problem.ts';

const quarterOfAnHour = 900;

/** A name may be a password, typed into the wrong field. */
const hidden = (key: string): string => createHash('sha256').update(key, 'utf8').digest('base64url');

/** Tries in a quarter of an hour, after which nothing more is tried until it is over. Nobody uses up what belongs to another one. */
const refusedAfter = {
  /** Of one user name from one address. */
  pair: 10,
  /** Of one user on a device on which they signed in before. */
  device: 10,
  /** Of one's own password, signed in. */
  own: 10,
  /** Wrong tokens of one address; a good one is let in whatever was tried before. */
  token: 1_000,
} as const satisfies Record<RefusedAttempt, number>;

/** Tries in a quarter of an hour, after which the next ones are slow: many people may share a name’s fate, or an address. */
const slowAfter = {
  /** Of one user name, from anywhere. */
  name: 100,
  /** Of one address. */
  address: 100,
} as const satisfies Record<SlowedAttempt, number>;

export const createAttempts = (db: Db): Attempts => {
  const limiter = (kind: string, points: number) => attemptLimiter(db, { kind, points, seconds: quarterOfAnHour });
  const refusing = {
    pair: limiter('pair', refusedAfter.pair),
    device: limiter('device', refusedAfter.device),
    own: limiter('own', refusedAfter.own),
    token: limiter('token', refusedAfter.token),
  };
  const slowing = { name: limiter('name', slowAfter.name), address: limiter('address', slowAfter.address) };
  const consume = async (kind: RefusedAttempt | SlowedAttempt, key: string): Promise<RateLimiterRes | undefined> => {
    try {
      await { ...refusing, ...slowing }[kind].consume(hidden(key));
      return undefined;
    } catch (over) {
      if (over instanceof RateLimiterRes) return over;
      throw over;
    }
  };
  return {
    async take(kind, key) {
      const over = await consume(kind, key);
      if (over === undefined) return;
      const seconds = Math.ceil(over.msBeforeNext / 1_000);
      throw problem(429, `Too many failed attempts: try again in ${String(Math.ceil(seconds / 60))} minutes.`, {
        'Retry-After': String(seconds),
      });
    },
    isSlow: async (kind, key) => (await consume(kind, key)) !== undefined,
    async forget(kind, key) {
      await refusing[kind].delete(hidden(key));
    },
    async giveBack(kind, key) {
      await slowing[kind].reward(hidden(key));
    },
  };
};
