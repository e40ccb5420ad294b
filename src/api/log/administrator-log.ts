import type { Db, Tx } from '../../db/shared/connect.ts';
import { appendLog, type NewLogEntry } from '../../db/log/operation-log.ts';
import type { AdministratorEvent } from '../../domain/log/operation-log-event.ts';
import { currentCaller } from '../http/caller.ts';

/** Spec §10: each change through the API with who made it, in the transaction that makes it. Names of what changed, never values. */
export const logAdministrator = (
  tx: Db | Tx,
  change: Pick<NewLogEntry, 'result' | 'reason' | 'mailboxId' | 'messageId' | 'ticketNumber'> & {
    readonly operation: AdministratorEvent;
  },
): Promise<void> => {
  const { name, kind } = currentCaller();
  return appendLog(tx, { ...change, at: new Date().toISOString(), level: 'info', who: name, whoKind: kind });
};
