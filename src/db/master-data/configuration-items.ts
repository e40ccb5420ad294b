import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { contains } from '../shared/contains.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { PageAfter } from '../shared/page.ts';
import { configurationItems } from '../schema/index.ts';

/** What events are about, and tickets may name. */
export interface ConfigurationItem {
  readonly id: number;
  /** Unique, in any case. */
  readonly name: string;
}

const columns = { id: configurationItems.id, name: configurationItems.name };

/** By id. `text`: part of the name. */
export const listConfigurationItems = (
  db: Db | Tx,
  { text }: { readonly text?: string | undefined },
  { after, limit }: PageAfter,
): Promise<ConfigurationItem[]> =>
  db
    .select(columns)
    .from(configurationItems)
    .where(
      and(
        text === undefined ? undefined : contains(configurationItems.name, text),
        after === undefined ? undefined : gt(configurationItems.id, after),
      ),
    )
    .orderBy(asc(configurationItems.id))
    .limit(limit);

/** Throws NotFoundError. */
export const findConfigurationItem = async (db: Db | Tx, id: number): Promise<ConfigurationItem> => {
  const [item] = await db.select(columns).from(configurationItems).where(eq(configurationItems.id, id));
  return item ?? unknownItem(id);
};

/** Throws ConflictError when another one has the name. */
export const createConfigurationItem = async (
  db: Db | Tx,
  { name }: Omit<ConfigurationItem, 'id'>,
): Promise<ConfigurationItem> => {
  const [created] = await onNameTaken(db.insert(configurationItems).values({ name }).returning(columns));
  if (created === undefined) throw new Error('An insert returned no row.');
  return created;
};

/** What is left out stays. Throws NotFoundError, ConflictError. */
export const updateConfigurationItem = async (
  db: Db | Tx,
  id: number,
  { name }: { readonly name?: string | undefined },
): Promise<ConfigurationItem> => {
  const update = db
    .update(configurationItems)
    .set({ name, updatedAt: sql`now()` })
    .where(eq(configurationItems.id, id))
    .returning(columns);
  const [updated] = await onNameTaken(update);
  return updated ?? unknownItem(id);
};

/** Throws NotFoundError, or ConflictError when a ticket names it. */
export const deleteConfigurationItem = async (db: Db | Tx, id: number): Promise<void> => {
  const deletion = db.delete(configurationItems).where(eq(configurationItems.id, id)).returning(columns);
  const [deleted] = await inWords(deletion, { 'foreign key': 'Tickets name this configuration item, so it stays.' });
  if (deleted === undefined) unknownItem(id);
};

const unknownItem = (id: number): never => {
  throw new NotFoundError(`There is no configuration item ${id}.`);
};

const onNameTaken = <T>(statement: PromiseLike<T>): Promise<T> =>
  inWords(statement, {
    configuration_items_name_once: 'Another configuration item has this name: choose another one.',
  });
