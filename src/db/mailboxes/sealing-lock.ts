import { sql } from 'drizzle-orm';
import type { Tx } from '../shared/connect.ts';

/** Any number but the one of migrate.ts. */
const lockKey = 7_411_830_247;

/**
 * Taken before a secret is sealed, until the transaction ends: a change of the key waits for what the old one seals, and what is sealed
 * after it knows the new one. Nothing slips between.
 */
export const sealShared = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${lockKey}::bigint)`);
};

/** Nobody else seals until the transaction ends. */
export const sealAlone = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockKey}::bigint)`);
};
