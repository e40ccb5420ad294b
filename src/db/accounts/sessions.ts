import { and, eq, gt, lt, or, sql } from 'drizzle-orm';
import type { Role } from '../../domain/accounts/role.ts';
import { accessTokenHash } from './access-token.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { randomToken } from '../shared/random-token.ts';
import { sessions, users } from '../schema/index.ts';

/** A session ends after 12 hours without a request, and after 7 days in any case. */
const idle = sql`interval '12 hours'`;
const longest = sql`interval '7 days'`;
/** Of an identity of OpenID Connect: only the provider knows whether the account is still good, so it is asked each day. */
const longestOfIdentity = sql`interval '12 hours'`;

/** Returns the token for the cookie. Removes sessions that have ended. */
export const beginSession = async (tx: Db | Tx, userId: number): Promise<string> => {
  await tx
    .delete(sessions)
    .where(or(lt(sessions.lastUsedAt, sql`now() - ${idle}`), lt(sessions.createdAt, sql`now() - ${longest}`)));
  const token = randomToken();
  await tx
    .insert(sessions)
    .values({ tokenHash: accessTokenHash(token), userId, createdAt: sql`now()`, lastUsedAt: sql`now()` });
  return token;
};

export interface SessionUser {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
}

/** With `users` joined. */
const good = (tokenHash: string) =>
  and(
    eq(sessions.tokenHash, tokenHash),
    gt(sessions.lastUsedAt, sql`now() - ${idle}`),
    gt(
      sessions.createdAt,
      sql`now() - case when ${users.identity} is null then ${longest} else ${longestOfIdentity} end`,
    ),
  );

/** Whether it goes on, with this role. It does not count as a use. */
export const hasSession = async (db: Db, token: string, role: Role): Promise<boolean> => {
  const found = await db
    .select({ userId: users.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(good(accessTokenHash(token)), eq(users.role, role)));
  return found.length > 0;
};

/** Whose session it is; undefined when there is none, or it has ended. Its use is noted to the minute. */
export const findSession = async (db: Db, token: string): Promise<SessionUser | undefined> => {
  const tokenHash = accessTokenHash(token);
  const [found] = await db
    .select({ userId: users.id, name: users.name, role: users.role })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(good(tokenHash));
  if (found !== undefined)
    await db
      .update(sessions)
      .set({ lastUsedAt: sql`now()` })
      .where(and(eq(sessions.tokenHash, tokenHash), lt(sessions.lastUsedAt, sql`now() - interval '1 minute'`)));
  return found;
};

export const endSession = async (db: Db | Tx, token: string): Promise<void> => {
  await db.delete(sessions).where(eq(sessions.tokenHash, accessTokenHash(token)));
};
