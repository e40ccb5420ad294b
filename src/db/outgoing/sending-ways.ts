import { eq, sql } from 'drizzle-orm';
import { restOfWay, type SendingWay } from '../../domain/outgoing/sending-way.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { sendingWays } from '../schema/index.ts';

/** A way that takes nothing from us. Times are ISO 8601 UTC. */
export interface WayError {
  readonly way: SendingWay;
  /** What went wrong, and what to do. */
  readonly detail: string;
  readonly since: string;
  /** In a row. */
  readonly failures: number;
  readonly restsUntil: string | null;
}

export const listWayErrors = async (db: Db | Tx): Promise<WayError[]> =>
  (await db.select().from(sendingWays).orderBy(sendingWays.way)).map((row) => ({ ...row, way: row.way as SendingWay }));

/** `failures`: in a row, this one counted. Returns how long it rests, in ms: all workers mind it. */
export const recordWayError = async (
  db: Db | Tx,
  { way, detail, failures }: { readonly way: SendingWay; readonly detail: string; readonly failures: number },
): Promise<number> => {
  const restMs = restOfWay(failures);
  const restsUntil = sql`now() + ${restMs} * interval '1 millisecond'`;
  await db
    .insert(sendingWays)
    .values({ way, detail, failures, restsUntil })
    .onConflictDoUpdate({ target: sendingWays.way, set: { detail, failures, restsUntil } });
  return restMs;
};

/** It works. */
export const forgetWayError = async (db: Db | Tx, way: SendingWay): Promise<void> => {
  await db.delete(sendingWays).where(eq(sendingWays.way, way));
};

/** What was wrong may be mended: each way is tried again now. */
export const tryWaysAgain = async (db: Db | Tx): Promise<void> => {
  await db.update(sendingWays).set({ restsUntil: null });
};
