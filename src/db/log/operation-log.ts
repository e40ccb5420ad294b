import type { OperationLogEvent } from '../../domain/log/operation-log-event.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { operationLog, type logAuthors, type logLevels } from '../schema/index.ts';

export type LogLevel = (typeof logLevels)[number];

/** A line of the operation log (spec §10): no bodies, no secrets. */
export interface NewLogEntry {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly level: LogLevel;
  readonly operation: OperationLogEvent;
  /** A mail address, the name of a user or token, or the part of the agent that did it. */
  readonly who: string;
  readonly whoKind: (typeof logAuthors)[number];
  readonly result: string;
  readonly reason?: string | null;
  readonly mailboxId?: number | null;
  readonly messageId?: number | null;
  readonly ticketNumber?: string | null;
}

/** Listeners on `tsa_log` hear of it at the commit. */
export const appendLog = async (db: Db | Tx, entry: NewLogEntry): Promise<void> => {
  await db.insert(operationLog).values(entry);
};
