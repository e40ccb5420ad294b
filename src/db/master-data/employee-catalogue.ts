import { and, asc, eq, exists, gt, inArray, or, sql } from 'drizzle-orm';
import type { Employee } from '../../domain/handling/facts.ts';
import type { Language } from '../../domain/outgoing/outgoing.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { contains } from '../shared/contains.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { PageAfter } from '../shared/page.ts';
import { employeeAddresses, employeeGroups, employees } from '../schema/index.ts';

export interface EmployeeInput extends Omit<Employee, 'id'> {
  /** By which mails and other systems name this person. */
  readonly employeeNumber?: string | null | undefined;
  /** Of the mails to this person; null: the settings' language. */
  readonly language?: Language | null | undefined;
}

/** An employee who came into being without an address has none: `addresses` may be empty here. */
export interface EmployeeRecord {
  readonly id: number;
  readonly name: string;
  readonly employeeNumber: string | null;
  /** Primary address first, then the aliases; lower case. */
  readonly addresses: readonly string[];
  readonly supportGroups: readonly string[];
  /** Of the mails to this person; null: the settings' language. */
  readonly language: Language | null;
}

const columns = {
  id: employees.id,
  name: employees.name,
  employeeNumber: employees.employeeNumber,
  language: employees.language,
};

/** By id. `text`: part of the name, the number or an address. */
export const listEmployees = async (
  db: Db | Tx,
  { text }: { readonly text?: string | undefined },
  { after, limit }: PageAfter,
): Promise<EmployeeRecord[]> => {
  const people = await db
    .select(columns)
    .from(employees)
    .where(
      and(
        text === undefined
          ? undefined
          : or(contains(employees.name, text), contains(employees.employeeNumber, text), exists(addressLike(db, text))),
        after === undefined ? undefined : gt(employees.id, after),
      ),
    )
    .orderBy(asc(employees.id))
    .limit(limit);
  return withDetails(db, people);
};

export const findEmployee = async (db: Db | Tx, id: number): Promise<EmployeeRecord> => {
  const people = await db.select(columns).from(employees).where(eq(employees.id, id));
  const [employee] = await withDetails(db, people);
  return employee ?? unknownEmployee(id);
};

/** Throws ConflictError when somebody else has one of the addresses, or the number. */
export const createEmployee = (
  db: Db | Tx,
  { name, employeeNumber, addresses, supportGroups, language }: EmployeeInput,
): Promise<EmployeeRecord> =>
  db.transaction(async (tx) => {
    const [created] = await onTaken(
      tx.insert(employees).values({ name, employeeNumber, language }).returning({ id: employees.id }),
    );
    if (created === undefined) throw new Error('An insert returned no row.');
    await replaceAddresses(tx, created.id, addresses);
    await replaceGroups(tx, created.id, supportGroups);
    return findEmployee(tx, created.id);
  });

/** What is left out stays. Throws NotFoundError, or ConflictError when somebody else has one of the addresses. */
export const updateEmployee = (
  db: Db | Tx,
  id: number,
  changes: { readonly [Field in keyof EmployeeInput]?: EmployeeInput[Field] | undefined },
): Promise<EmployeeRecord> =>
  db.transaction(async (tx) => {
    const { name, employeeNumber, addresses, supportGroups, language } = changes;
    const [updated] = await onTaken(
      tx
        .update(employees)
        .set({ name, employeeNumber, language, madeByMail: false, updatedAt: sql`now()` })
        .where(eq(employees.id, id))
        .returning({ id: employees.id }),
    );
    if (updated === undefined) return unknownEmployee(id);
    if (addresses !== undefined) await replaceAddresses(tx, id, addresses);
    if (supportGroups !== undefined) await replaceGroups(tx, id, supportGroups);
    return findEmployee(tx, id);
  });

/** Throws NotFoundError, or ConflictError when a ticket names the employee. */
export const deleteEmployee = async (db: Db | Tx, id: number): Promise<void> => {
  const deletion = db.delete(employees).where(eq(employees.id, id)).returning({ id: employees.id });
  const [deleted] = await inWords(deletion, { 'foreign key': 'Tickets name this employee, who therefore stays.' });
  if (deleted === undefined) unknownEmployee(id);
};

const onTaken = <T>(statement: PromiseLike<T>): Promise<T> =>
  inWords(statement, { employees_number_once: 'Another employee has this number: choose another one.' });

const unknownEmployee = (id: number): never => {
  throw new NotFoundError(`There is no employee ${id}.`);
};

const addressLike = (db: Db | Tx, text: string) =>
  db
    .select({ one: sql`1` })
    .from(employeeAddresses)
    .where(and(eq(employeeAddresses.employeeId, employees.id), contains(employeeAddresses.address, text)));

const withDetails = async (
  db: Db | Tx,
  people: readonly Pick<EmployeeRecord, 'id' | 'name' | 'employeeNumber' | 'language'>[],
): Promise<EmployeeRecord[]> => {
  const ids = people.map(({ id }) => id);
  const addresses = await db
    .select()
    .from(employeeAddresses)
    .where(inArray(employeeAddresses.employeeId, ids))
    .orderBy(sql`${employeeAddresses.isPrimary} desc`, asc(employeeAddresses.address));
  const groups = await db
    .select()
    .from(employeeGroups)
    .where(inArray(employeeGroups.employeeId, ids))
    .orderBy(asc(employeeGroups.groupName));
  return people.map(({ id, name, employeeNumber, language }) => ({
    id,
    name,
    employeeNumber,
    language,
    addresses: addresses.filter(({ employeeId }) => employeeId === id).map(({ address }) => address),
    supportGroups: groups.filter(({ employeeId }) => employeeId === id).map(({ groupName }) => groupName),
  }));
};

const replaceAddresses = async (tx: Tx, employeeId: number, addresses: readonly string[]): Promise<void> => {
  await tx.delete(employeeAddresses).where(eq(employeeAddresses.employeeId, employeeId));
  const rows = addresses.map((address, index) => ({ address, employeeId, isPrimary: index === 0 }));
  await inWords(tx.insert(employeeAddresses).values(rows), {
    employee_addresses_pkey: 'One of these addresses is another employee’s: an address belongs to one person.',
  });
};

const replaceGroups = async (tx: Tx, employeeId: number, groups: readonly string[]): Promise<void> => {
  await tx.delete(employeeGroups).where(eq(employeeGroups.employeeId, employeeId));
  if (groups.length > 0) await tx.insert(employeeGroups).values(groups.map((groupName) => ({ employeeId, groupName })));
};
