import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Calendar } from '../../domain/processes/service-level.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { contains } from '../shared/contains.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { PageAfter } from '../shared/page.ts';
import { calendars } from '../schema/index.ts';

const columns = {
  id: calendars.id,
  name: calendars.name,
  timeZone: calendars.timeZone,
  hours: calendars.hours,
  holidays: calendars.holidays,
};

export type CalendarInput = Omit<Calendar, 'id'>;

/** By id. `text`: part of the name. */
export const listCalendars = (
  db: Db | Tx,
  { text }: { readonly text?: string | undefined },
  { after, limit }: PageAfter,
): Promise<Calendar[]> =>
  db
    .select(columns)
    .from(calendars)
    .where(
      and(
        text === undefined ? undefined : contains(calendars.name, text),
        after === undefined ? undefined : gt(calendars.id, after),
      ),
    )
    .orderBy(asc(calendars.id))
    .limit(limit);

export const findCalendar = async (db: Db | Tx, id: number): Promise<Calendar> => {
  const [calendar] = await db.select(columns).from(calendars).where(eq(calendars.id, id));
  return calendar ?? unknownCalendar(id);
};

/** Throws ConflictError when another calendar has the name. */
export const createCalendar = async (db: Db | Tx, input: CalendarInput): Promise<Calendar> => {
  const [created] = await onNameTaken(input.name, db.insert(calendars).values(input).returning(columns));
  if (created === undefined) throw new Error('An insert returned no row.');
  return created;
};

/** What is left out stays; targets that run keep their times until they are computed anew. Throws NotFoundError, ConflictError. */
export const updateCalendar = async (
  db: Db | Tx,
  id: number,
  changes: { readonly [Field in keyof CalendarInput]?: CalendarInput[Field] | undefined },
): Promise<Calendar> => {
  const update = db
    .update(calendars)
    .set({ ...changes, updatedAt: sql`now()` })
    .where(eq(calendars.id, id))
    .returning(columns);
  const [updated] = await onNameTaken(changes.name ?? '', update);
  return updated ?? unknownCalendar(id);
};

/** Throws NotFoundError, or ConflictError when a category names it. */
export const deleteCalendar = async (db: Db | Tx, id: number): Promise<void> => {
  const [deleted] = await inWords(db.delete(calendars).where(eq(calendars.id, id)).returning({ id: calendars.id }), {
    'foreign key': 'Categories work by this calendar: give them another one first.',
  });
  if (deleted === undefined) unknownCalendar(id);
};

const unknownCalendar = (id: number): never => {
  throw new NotFoundError(`There is no calendar ${id}.`);
};

const onNameTaken = <T>(name: string, statement: PromiseLike<T>): Promise<T> =>
  inWords(statement, { calendars_name_once: `Another calendar has the name ${name}: choose another one.` });
