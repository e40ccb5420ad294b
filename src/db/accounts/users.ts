import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import type { Role } from '../../domain/accounts/role.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { lockTable } from '../shared/lock.ts';
import type { PageAfter } from '../shared/page.ts';
import { sessions, users } from '../schema/index.ts';

/** Someone who signs in. Times are ISO 8601 UTC. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly signsInBy: 'password' | 'open_id_connect';
  readonly createdAt: string;
}

const columns = {
  id: users.id,
  name: users.name,
  role: users.role,
  signsInBy: sql<User['signsInBy']>`case when ${users.identity} is null then 'password' else 'open_id_connect' end`,
  createdAt: users.createdAt,
};
const refusals = {
  users_name_once: 'Another user has this name: choose another one.',
  users_sign_in_one_way: 'This user signs in by OpenID Connect, and has no password here.',
};

/** By id. */
export const listUsers = (db: Db | Tx, { after, limit }: PageAfter): Promise<User[]> =>
  db
    .select(columns)
    .from(users)
    .where(after === undefined ? undefined : gt(users.id, after))
    .orderBy(asc(users.id))
    .limit(limit);

/** Throws NotFoundError. */
export const findUser = async (db: Db | Tx, id: number): Promise<User> => {
  const [user] = await db.select(columns).from(users).where(eq(users.id, id));
  return user ?? unknownUser(id);
};

export const hasUsers = async (db: Db | Tx): Promise<boolean> =>
  (await db.select({ id: users.id }).from(users).limit(1)).length > 0;

/** With the hash of the password, null without one; the name in any case. */
export const findUserByName = async (
  db: Db | Tx,
  name: string,
): Promise<(User & { readonly passwordHash: string | null }) | undefined> => {
  const [user] = await db
    .select({ ...columns, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(sql`lower(${users.name})`, name.toLowerCase()));
  return user;
};

interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** Throws ConflictError when the name is taken. */
export const createUser = async (db: Db | Tx, user: NewUser): Promise<User> => {
  const [created] = await inWords(db.insert(users).values(user).returning(columns), refusals);
  if (created === undefined) throw new Error('An insert returned no row.');
  return created;
};

/** The very first one, an administrator; of two at once only one succeeds. Throws ConflictError. */
export const createFirstUser = async (tx: Tx, user: Omit<NewUser, 'role'>): Promise<User> => {
  await lockTable(tx, users);
  if (await hasUsers(tx))
    throw new ConflictError('first_user', 'There are users already: sign in, or ask an administrator.');
  return createUser(tx, { ...user, role: 'administrator' });
};

/**
 * The user with this identity, made when it is new, with the role that its provider gives now; another role ends earlier sessions.
 * Undefined when a user who is somebody else has the name: an identity is never joined to a user by its name.
 */
export const signInIdentity = async (
  tx: Tx,
  { identity, name, role }: { readonly identity: string; readonly name: string; readonly role: Role },
): Promise<User | undefined> => {
  await lockTable(tx, users);
  const [known] = await tx.select(columns).from(users).where(eq(users.identity, identity));
  if (known === undefined) {
    if ((await findUserByName(tx, name)) !== undefined) return undefined;
    const [created] = await tx.insert(users).values({ name, role, identity }).returning(columns);
    return created;
  }
  if (known.role === role) return known;
  await tx.delete(sessions).where(eq(sessions.userId, known.id));
  const update = tx.update(users).set({ role, updatedAt: sql`now()` });
  const [updated] = await update.where(eq(users.id, known.id)).returning(columns);
  return updated;
};

/** A new role or password ends the user's sessions, but for the one with `keepSession`. Throws NotFoundError, ConflictError. */
export const updateUser = async (
  tx: Tx,
  id: number,
  changes: { readonly [Field in keyof NewUser]?: NewUser[Field] | undefined },
  keepSession?: string,
): Promise<User> => {
  if (changes.role !== undefined && changes.role !== 'administrator') await requireOtherAdministrator(tx, id);
  const update = tx
    .update(users)
    .set({ ...changes, updatedAt: sql`now()` })
    .where(eq(users.id, id))
    .returning(columns);
  const [updated] = await inWords(update, refusals);
  if (updated === undefined) return unknownUser(id);
  if (changes.role !== undefined || changes.passwordHash !== undefined)
    await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, id), keepSession === undefined ? undefined : ne(sessions.tokenHash, keepSession)));
  return updated;
};

/** Throws NotFoundError, or ConflictError for the last administrator. */
export const deleteUser = async (tx: Tx, id: number): Promise<void> => {
  await findUser(tx, id);
  await requireOtherAdministrator(tx, id);
  await tx.delete(users).where(eq(users.id, id));
};

const requireOtherAdministrator = async (tx: Tx, id: number): Promise<void> => {
  await lockTable(tx, users);
  const others = await tx.$count(users, and(eq(users.role, 'administrator'), ne(users.id, id)));
  if (others === 0)
    throw new ConflictError('last_administrator', 'This is the last administrator: make another user one first.');
};

const unknownUser = (id: number): never => {
  throw new NotFoundError(`There is no user ${id}.`);
};
