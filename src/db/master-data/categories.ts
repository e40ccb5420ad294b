import { eq, sql } from 'drizzle-orm';
import type { Category } from '../../domain/handling/facts.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { categories } from '../schema/index.ts';

/** As administrators see it. */
export interface CategoryRecord extends Category {
  /** Of another system's catalogue, lower case without braces. */
  readonly guid: string | null;
}

export const categoryColumns = {
  id: categories.id,
  code: categories.code,
  guid: categories.guid,
  name: categories.name,
  path: categories.path,
  ticketType: categories.ticketType,
  process: categories.process,
  supportGroup: categories.supportGroup,
};

export const findCategory = async (db: Db | Tx, id: number): Promise<CategoryRecord> => {
  const [category] = await db.select(categoryColumns).from(categories).where(eq(categories.id, id));
  if (category === undefined) throw new NotFoundError(`There is no category ${id}.`);
  return category;
};

/** By code, full path or name, in any case and in this order; undefined when nothing fits, or only a name that several have. */
export const findOptionalCategory = async (db: Db | Tx, text: string): Promise<Category | undefined> => {
  const place = sql<number>`case when lower(${categories.code}) = lower(${text}) then 0 when lower(${categories.path}) = lower(${text}) then 1 else 2 end`;
  const [first, second] = await db
    .select({ category: categoryColumns, place })
    .from(categories)
    .where(sql`lower(${text}) in (lower(${categories.code}), lower(${categories.path}), lower(${categories.name}))`)
    .orderBy(place)
    .limit(2);
  return first === undefined || first.place === second?.place ? undefined : first.category;
};
