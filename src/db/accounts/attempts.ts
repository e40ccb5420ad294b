import { lt } from 'drizzle-orm';
import { RateLimiterDrizzle } from 'rate-limiter-flexible';
import type { Db } from '../shared/connect.ts';
import { attempts } from '../schema/index.ts';

/** Counts up to `points` in `seconds` for each key, in all processes together. */
export const attemptLimiter = (
  db: Db,
  { kind, points, seconds }: { readonly kind: string; readonly points: number; readonly seconds: number },
): RateLimiterDrizzle =>
  new RateLimiterDrizzle({
    storeClient: db,
    schema: attempts,
    keyPrefix: kind,
    points,
    duration: seconds,
    clearExpiredByTimeout: false, // retention does
  });

/** Deletes counts that are over. */
export const purgeAttempts = async (db: Db): Promise<void> => {
  await db.delete(attempts).where(lt(attempts.expire, new Date()));
};
