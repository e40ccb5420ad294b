import { purgeAttempts } from '../../db/accounts/attempts.ts';
import type { Db } from '../../db/shared/connect.ts';
import { purgeKeys } from '../../db/accounts/idempotency.ts';
import { purgeExpiredRaw, purgeLog, purgeOutboxes, readClock } from '../../db/system/retention.ts';
import { readSettings } from '../../db/settings/settings.ts';

const AT_ONCE = 500;
const DAY_MS = 86_400_000;

/** Deletes what retention no longer keeps, by the database's clock: originals, what was dispatched or sent, old log lines, counts of failed sign-ins, answers to idempotency keys. True when there is more. */
export async function removeExpired(db: Db): Promise<boolean> {
  const { rawRetentionDays, logRetentionDays } = await readSettings(db);
  const now = (await readClock(db)).getTime();
  const daysAgo = (days: number): string => new Date(now - days * DAY_MS).toISOString();
  const purged = await purgeExpiredRaw(db, daysAgo(rawRetentionDays), new Date(now).toISOString(), AT_ONCE);
  await purgeOutboxes(db, daysAgo(rawRetentionDays));
  await purgeLog(db, daysAgo(logRetentionDays));
  await purgeAttempts(db);
  await purgeKeys(db);
  return purged === AT_ONCE;
}
