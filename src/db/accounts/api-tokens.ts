import { and, asc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Role } from '../../domain/accounts/role.ts';
import { accessTokenHash } from './access-token.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { PageAfter } from '../shared/page.ts';
import { randomToken } from '../shared/random-token.ts';
import { apiTokens } from '../schema/index.ts';

/** A token by which a program uses the API. Times are ISO 8601 UTC. */
export interface ApiToken {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  /** Null: never. */
  readonly expiresAt: string | null;
  /** To the hour; null: not yet. */
  readonly lastUsedAt: string | null;
}

const columns = {
  id: apiTokens.id,
  name: apiTokens.name,
  role: apiTokens.role,
  createdAt: apiTokens.createdAt,
  expiresAt: apiTokens.expiresAt,
  lastUsedAt: apiTokens.lastUsedAt,
};

/** By id. */
export const listApiTokens = (db: Db | Tx, { after, limit }: PageAfter): Promise<ApiToken[]> =>
  db
    .select(columns)
    .from(apiTokens)
    .where(after === undefined ? undefined : gt(apiTokens.id, after))
    .orderBy(asc(apiTokens.id))
    .limit(limit);

/** With the token itself, which is not kept. Throws ConflictError when the name is taken. */
export const createApiToken = async (
  db: Db | Tx,
  input: Pick<ApiToken, 'name' | 'role' | 'expiresAt'>,
): Promise<ApiToken & { readonly token: string }> => {
  const token = `tsa_${randomToken()}`;
  const insert = db
    .insert(apiTokens)
    .values({ ...input, tokenHash: accessTokenHash(token) })
    .returning(columns);
  const [created] = await inWords(insert, { api_tokens_name_once: 'Another token has this name: choose another one.' });
  if (created === undefined) throw new Error('An insert returned no row.');
  return { ...created, token };
};

/** Throws NotFoundError. */
export const deleteApiToken = async (db: Db | Tx, id: number): Promise<string> => {
  const [deleted] = await db.delete(apiTokens).where(eq(apiTokens.id, id)).returning({ name: apiTokens.name });
  if (deleted === undefined) throw new NotFoundError(`There is no token ${id}.`);
  return deleted.name;
};

const good = (token: string) =>
  and(
    eq(apiTokens.tokenHash, accessTokenHash(token)),
    or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, sql`now()`)),
  );

/** Whether it is still good for this role. It does not count as a use. */
export const hasApiToken = async (db: Db, token: string, role: Role): Promise<boolean> =>
  (await db.$count(apiTokens, and(good(token), eq(apiTokens.role, role)))) > 0;

/** Undefined for one that there is not, or that has expired. */
export const findApiToken = async (
  db: Db,
  token: string,
): Promise<{ readonly id: number; readonly name: string; readonly role: Role } | undefined> => {
  const [found] = await db
    .select({ id: apiTokens.id, name: apiTokens.name, role: apiTokens.role })
    .from(apiTokens)
    .where(good(token));
  if (found !== undefined)
    await db
      .update(apiTokens)
      .set({ lastUsedAt: sql`date_trunc('hour', now())` })
      .where(
        and(
          eq(apiTokens.id, found.id),
          or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, sql`date_trunc('hour', now())`)),
        ),
      );
  return found;
};
