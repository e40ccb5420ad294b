import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import { categoryColumns, findCategory, type CategoryRecord } from './categories.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { contains } from '../shared/contains.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { PageAfter } from '../shared/page.ts';
import { categories } from '../schema/index.ts';

/** Its name is the last one of its path. */
export type CategoryInput = Omit<CategoryRecord, 'id' | 'name'>;

/** By id. `text`: part of the code or the path. */
export const listCategoryPage = (
  db: Db | Tx,
  { text }: { readonly text?: string | undefined },
  { after, limit }: PageAfter,
): Promise<CategoryRecord[]> =>
  db
    .select(categoryColumns)
    .from(categories)
    .where(
      and(
        text === undefined ? undefined : or(contains(categories.code, text), contains(categories.path, text)),
        after === undefined ? undefined : gt(categories.id, after),
      ),
    )
    .orderBy(asc(categories.id))
    .limit(limit);

/** Throws ConflictError when another category has the code, the path or the GUID. */
export const createCategory = async (db: Db | Tx, input: CategoryInput): Promise<CategoryRecord> => {
  const insert = db
    .insert(categories)
    .values({ ...input, name: lastName(input.path) })
    .returning(categoryColumns);
  const [created] = await onTaken(insert);
  if (created === undefined) throw new Error('An insert returned no row.');
  return created;
};

/** What is left out stays. Throws NotFoundError, ConflictError. */
export const updateCategory = async (
  db: Db | Tx,
  id: number,
  changes: { readonly [Field in keyof CategoryInput]?: CategoryInput[Field] | undefined },
): Promise<CategoryRecord> => {
  const { path } = changes;
  const update = db
    .update(categories)
    .set({ ...changes, name: path === undefined ? undefined : lastName(path), updatedAt: sql`now()` })
    .where(eq(categories.id, id))
    .returning(categoryColumns);
  const [updated] = await onTaken(update);
  return updated ?? findCategory(db, id);
};

/** Throws NotFoundError, or ConflictError when a ticket or a mailbox names it. */
export const deleteCategory = async (db: Db | Tx, id: number): Promise<void> => {
  const deletion = db.delete(categories).where(eq(categories.id, id)).returning({ id: categories.id });
  const [deleted] = await inWords(deletion, { 'foreign key': 'Tickets or mailboxes name this category, so it stays.' });
  if (deleted === undefined) throw new NotFoundError(`There is no category ${id}.`);
};

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const onTaken = <T>(statement: PromiseLike<T>): Promise<T> =>
  inWords(statement, {
    categories_guid_once: 'Another category has this GUID: choose another one.',
    categories_code_once: 'Another category has this code: choose another one.',
    categories_path_once: 'Another category has this path: choose another one.',
  });
