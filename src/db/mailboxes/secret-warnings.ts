import { and, isNull, lte, or, sql } from 'drizzle-orm';
import { secretWarning, secretWarningDays } from '../../domain/mailboxes/secret-expiry.ts';
import type { Db } from '../shared/connect.ts';
import { appendLog } from '../log/operation-log.ts';
import { mailboxes } from '../schema/index.ts';

/**
 * Writes to the operation log which active mailboxes' secrets expire soon or have expired: each mailbox once a day (UTC), however
 * many workers ask. `now`: ISO 8601 UTC.
 */
export const logSecretWarnings = (db: Db, now: string): Promise<void> =>
  db.transaction(async (tx) => {
    const today = now.slice(0, 10);
    const due = await tx
      .update(mailboxes)
      .set({ secretWarnedOn: today })
      .where(
        and(
          isNull(mailboxes.deletedAt),
          mailboxes.active,
          lte(mailboxes.secretExpiresAt, sql`${today}::date + ${secretWarningDays}::int`),
          or(isNull(mailboxes.secretWarnedOn), sql`${mailboxes.secretWarnedOn} < ${today}::date`),
        ),
      )
      .returning();
    for (const { id, secretExpiresAt, clientSecretEncrypted } of due) {
      const warning = secretWarning({ secretExpiresAt, hasClientSecret: clientSecretEncrypted !== null }, now);
      if (warning === null) continue;
      await appendLog(tx, {
        at: now,
        level: 'warning',
        operation: 'mailbox.secret_expiry',
        who: 'agent',
        whoKind: 'system',
        result: warning.message,
        reason: warning.remedy,
        mailboxId: id,
      });
    }
  });
