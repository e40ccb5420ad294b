import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { contains } from '../shared/contains.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { PageAfter } from '../shared/page.ts';
import { assets } from '../schema/index.ts';

export interface Asset {
  readonly id: number;
  /** Unique, in any case. */
  readonly tag: string;
  readonly name: string;
}

const columns = { id: assets.id, tag: assets.tag, name: assets.name };

/** By id. `text`: part of the tag or the name. */
export const listAssets = (
  db: Db | Tx,
  { text }: { readonly text?: string | undefined },
  { after, limit }: PageAfter,
): Promise<Asset[]> =>
  db
    .select(columns)
    .from(assets)
    .where(
      and(
        text === undefined ? undefined : or(contains(assets.tag, text), contains(assets.name, text)),
        after === undefined ? undefined : gt(assets.id, after),
      ),
    )
    .orderBy(asc(assets.id))
    .limit(limit);

export const findAsset = async (db: Db | Tx, id: number): Promise<Asset> => {
  const [asset] = await db.select(columns).from(assets).where(eq(assets.id, id));
  return asset ?? unknownAsset(id);
};

/** Throws ConflictError when another asset has the tag. */
export const createAsset = async (db: Db | Tx, asset: Omit<Asset, 'id'>): Promise<Asset> => {
  const [created] = await onTagTaken(asset.tag, db.insert(assets).values(asset).returning(columns));
  if (created === undefined) throw new Error('An insert returned no row.');
  return created;
};

/** What is left out stays. Throws NotFoundError, ConflictError. */
export const updateAsset = async (
  db: Db | Tx,
  id: number,
  { tag, name }: { readonly tag?: string | undefined; readonly name?: string | undefined },
): Promise<Asset> => {
  const update = db
    .update(assets)
    .set({ tag, name, updatedAt: sql`now()` })
    .where(eq(assets.id, id))
    .returning(columns);
  const [updated] = await onTagTaken(tag ?? '', update);
  return updated ?? unknownAsset(id);
};

/** Throws NotFoundError, or ConflictError when a ticket names it. */
export const deleteAsset = async (db: Db | Tx, id: number): Promise<void> => {
  const [deleted] = await inWords(db.delete(assets).where(eq(assets.id, id)).returning({ id: assets.id }), {
    'foreign key': 'Tickets name this asset, so it stays.',
  });
  if (deleted === undefined) unknownAsset(id);
};

const unknownAsset = (id: number): never => {
  throw new NotFoundError(`There is no asset ${id}.`);
};

const onTagTaken = <T>(tag: string, statement: PromiseLike<T>): Promise<T> =>
  inWords(statement, { assets_tag_once: `Another asset has the tag ${tag}: choose another one.` });
