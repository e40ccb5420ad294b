import { and, eq, lt, sql } from 'drizzle-orm';
import type { Db } from '../shared/connect.ts';
import { idempotencyKeys } from '../schema/index.ts';

/** How long the answer to a key is kept. */
const expired = lt(idempotencyKeys.createdAt, sql`now() - interval '24 hours'`);

interface KeyOf {
  readonly caller: string;
  readonly key: string;
}

/** What a request was answered; without a body there was none, or it is not kept. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: string | null;
  readonly location: string | null;
}

/** An earlier request with the same key. `answer`: null while it runs, or when it broke off and nobody knows how far it came. */
export interface EarlierRequest {
  readonly fingerprint: string;
  readonly createdAt: string;
  readonly answer: KeptAnswer | null;
}

/** Takes the key for this request, also from one that is no longer kept; returns the request that has it. */
export const takeKey = async (
  db: Db,
  { caller, key, fingerprint }: KeyOf & { readonly fingerprint: string },
): Promise<EarlierRequest | undefined> => {
  await db.delete(idempotencyKeys).where(and(which({ caller, key }), expired));
  const taken = await db
    .insert(idempotencyKeys)
    .values({ caller, key, fingerprint })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (taken.length > 0) return undefined;
  const [earlier] = await db.select().from(idempotencyKeys).where(which({ caller, key }));
  if (earlier === undefined) return takeKey(db, { caller, key, fingerprint }); // it was given back in between
  const { status, body, location } = earlier;
  return { ...earlier, answer: status === null ? null : { status, body, location } };
};

export const keepAnswer = async (db: Db, of: KeyOf, answer: KeptAnswer): Promise<void> => {
  await db.update(idempotencyKeys).set(answer).where(which(of));
};

/** The request changed nothing: it may come again. */
export const giveBackKey = async (db: Db, of: KeyOf): Promise<void> => {
  await db.delete(idempotencyKeys).where(which(of));
};

/** Deletes what is no longer kept. */
export const purgeKeys = async (db: Db): Promise<void> => {
  await db.delete(idempotencyKeys).where(expired);
};

const which = ({ caller, key }: KeyOf) => and(eq(idempotencyKeys.caller, caller), eq(idempotencyKeys.key, key));
