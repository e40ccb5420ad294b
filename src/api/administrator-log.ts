import type { Db, Tx } from '../db/connect.ts';
import { appendLog, type NewLogEntry } from '../db/operation-log.ts';

/** Whoever holds the token: there is one, so a log line cannot say more. */
export const administrator = 'admin token';

/** Spec §10: each administrator's change, in the transaction that makes it. Names of what changed, never values. */
export const logAdministrator = (
  tx: Db | Tx,
  change: Pick<NewLogEntry, 'operation' | 'result' | 'reason' | 'mailboxId' | 'messageId'>,
): Promise<void> => appendLog(tx, { ...change, at: new Date().toISOString(), level: 'info', who: administrator });
