import { sql } from 'drizzle-orm';
import { importColumns } from '../../domain/master-data/import-columns.ts';
import { languages, type Language } from '../../domain/outgoing/outgoing.ts';
import { isMailAddress } from '../../domain/messages/address.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { readCsv, repeated, throwIfAny, type CsvProblem } from './csv.ts';
import type { ImportResult } from './csv-import.ts';
import { employeesWith, type NumberedEmployee } from './facts-people.ts';
import { employeeAddresses, employeeGroups, employees } from '../schema/index.ts';

interface Person {
  readonly line: number;
  readonly name: string;
  /** Null: as it is. */
  readonly employeeNumber: string | null;
  /** Null: as it is. */
  readonly language: Language | null;
  /** The primary address first; lower case, each once. */
  readonly addresses: readonly string[];
  readonly supportGroups: readonly string[];
}

type StoredEmployee = NumberedEmployee & { readonly language: Language | null };

/** Rows written by one statement. */
const rowsAtOnce = 1000;

/**
 * Columns `name, address` and, not required, `employeeNumber` and `language` (empty ones are kept), and `aliases` and `supportGroups`, each a list with `;`. An employee is known by any of the
 * addresses and takes what the file says, aliases and groups included; those not in the file stay. All or nothing: throws CsvImportError.
 */
export const importEmployees = async (db: Db | Tx, csv: string): Promise<ImportResult> => {
  const rows = readCsv(csv, importColumns.employees);
  const people = rows.map(({ line, values }): Person => ({
    line,
    name: values.name,
    employeeNumber: values.employeeNumber === '' ? null : values.employeeNumber,
    language: languages.find((language) => language === values.language.toLowerCase()) ?? null,
    addresses: [...new Set([values.address, ...list(values.aliases)].map((address) => address.toLowerCase()))],
    supportGroups: [...new Set(list(values.supportGroups))].sort(),
  }));
  throwIfAny([
    ...strangeAddresses(people),
    ...sharedAddresses(people),
    ...repeated(
      rows.filter(({ values }) => values.employeeNumber !== ''),
      'employeeNumber',
    ),
    ...strangeNumbers(people),
    ...rows
      .filter(
        ({ values: { language } }) => language !== '' && !languages.some((known) => known === language.toLowerCase()),
      )
      .map(({ line, values: { language } }) => ({
        line,
        column: 'language',
        message: `${language} is no language here: write ${languages.join(' or ')}.`,
      })),
  ]);
  return db.transaction(async (tx) => {
    const known = await readEmployees(tx, people);
    throwIfAny(severalEmployees(people, known));
    const created = people.filter((person) => (known.get(person.line) ?? []).length === 0);
    const changed = people.flatMap((person) => {
      const [employee] = known.get(person.line) ?? [];
      return employee === undefined || isSame(person, employee) ? [] : [{ id: employee.id, ...person }];
    });
    await replace(tx, changed);
    await write(tx, [...(await insertEmployees(tx, created)), ...changed]);
    return { created: created.length, updated: changed.length };
  });
};

const list = (text: string): string[] =>
  text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const columnOf = (person: Person, address: string): string => (person.addresses[0] === address ? 'address' : 'aliases');

const strangeAddresses = (people: readonly Person[]): CsvProblem[] =>
  people.flatMap((person) =>
    person.addresses
      .filter((address) => !isMailAddress(address))
      .map((address) => ({
        line: person.line,
        column: columnOf(person, address),
        message: `${address} is no mail address: write it like anna@example.com.`,
      })),
  );

const strangeNumbers = (people: readonly Person[]): CsvProblem[] =>
  people
    .filter(
      ({ employeeNumber }) => employeeNumber !== null && !/^(?=.*\p{N})[\p{L}\p{N}_-]{1,64}$/u.test(employeeNumber),
    )
    .map(({ line, employeeNumber }) => ({
      line,
      column: 'employeeNumber',
      message: `${employeeNumber ?? ''} is no number: write letters, digits, _ and -, with a digit among them.`,
    }));

const sharedAddresses = (people: readonly Person[]): CsvProblem[] => {
  const lineOf = new Map<string, number>();
  return people.flatMap((person) =>
    person.addresses.flatMap((address) => {
      const before = lineOf.get(address);
      lineOf.set(address, before ?? person.line);
      return before === undefined
        ? []
        : [
            {
              line: person.line,
              column: columnOf(person, address),
              message: `${address} is the address of line ${before} already: it belongs to one person.`,
            },
          ];
    }),
  );
};

/** The stored employees who have an address of the person, by the person's line. */
const readEmployees = async (
  tx: Tx,
  people: readonly Person[],
): Promise<ReadonlyMap<number, readonly StoredEmployee[]>> => {
  const [row] = await tx.execute<{ people: readonly NumberedEmployee[] }>(
    sql`select ${employeesWith(sql`${sql.param(people.flatMap(({ addresses }) => addresses))}::text[]`)} as people`,
  );
  const found = row?.people ?? [];
  const ids = sql.param(found.map(({ id }) => id));
  const rows = await tx
    .select({ id: employees.id, language: employees.language })
    .from(employees)
    .where(sql`${employees.id} = any(${ids}::bigint[])`);
  const languageOf = new Map(rows.map(({ id, language }) => [id, language]));
  const byAddress = new Map(
    found.flatMap((employee) => {
      const stored = { ...employee, language: languageOf.get(employee.id) ?? null };
      return employee.addresses.map((own) => [own, stored] as const);
    }),
  );
  return new Map(
    people.map(({ line, addresses }) => [
      line,
      [...new Set(addresses.flatMap((address) => byAddress.get(address) ?? []))],
    ]),
  );
};

const severalEmployees = (
  people: readonly Person[],
  known: ReadonlyMap<number, readonly StoredEmployee[]>,
): CsvProblem[] => {
  const lineOf = new Map<number, number>();
  return people.flatMap(({ line }) => {
    const [first, second] = known.get(line) ?? [];
    if (first === undefined) return [];
    if (second !== undefined)
      return [
        {
          line,
          column: 'address',
          message: `These addresses belong to two employees, ${first.name} and ${second.name}: take them from one of them first.`,
        },
      ];
    const before = lineOf.get(first.id);
    lineOf.set(first.id, before ?? line);
    return before === undefined
      ? []
      : [
          {
            line,
            column: 'address',
            message: `This is the employee of line ${before}, ${first.name}: keep one of the two.`,
          },
        ];
  });
};

const isSame = (person: Person, employee: StoredEmployee): boolean =>
  person.name === employee.name &&
  (person.employeeNumber ?? employee.employeeNumber) === employee.employeeNumber &&
  (person.language ?? employee.language) === employee.language &&
  person.addresses[0] === employee.addresses[0] &&
  person.addresses.toSorted().join() === employee.addresses.toSorted().join() &&
  person.supportGroups.join(';') === employee.supportGroups.toSorted().join(';');

type StoredPerson = Person & { readonly id: number };

const insertEmployees = async (tx: Tx, people: readonly Person[]): Promise<StoredPerson[]> => {
  const stored: StoredPerson[] = [];
  for (const batch of inBatches(people)) {
    // Ids ascend in the order of the values.
    const rows = await tx
      .insert(employees)
      .values(batch.map(({ name, employeeNumber, language }) => ({ name, employeeNumber, language })))
      .returning({ id: employees.id });
    const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
    stored.push(...batch.flatMap((person, index) => ids.slice(index, index + 1).map((id) => ({ ...person, id }))));
  }
  return stored;
};

/** Clears what `write` writes anew, and changes the names. */
const replace = async (tx: Tx, people: readonly StoredPerson[]): Promise<void> => {
  if (people.length === 0) return;
  const ids = sql`${sql.param(people.map(({ id }) => id))}::bigint[]`;
  await tx.delete(employeeAddresses).where(sql`${employeeAddresses.employeeId} = any(${ids})`);
  await tx.delete(employeeGroups).where(sql`${employeeGroups.employeeId} = any(${ids})`);
  await tx.execute(sql`
    update ${employees} set name = source.name, updated_at = now(),
      employee_number = coalesce(source.number, ${employees.employeeNumber}),
      language = coalesce(source.language, ${employees.language})
    from unnest(
      ${ids}, ${sql.param(people.map(({ name }) => name))}::text[],
      ${sql.param(people.map(({ employeeNumber }) => employeeNumber))}::text[],
      ${sql.param(people.map(({ language }) => language))}::text[]
    ) as source (id, name, number, language)
    where ${employees.id} = source.id`);
};

const write = async (tx: Tx, people: readonly StoredPerson[]): Promise<void> => {
  const addresses = people.flatMap(({ id, addresses: own }) =>
    own.map((address, index) => ({ address, employeeId: id, isPrimary: index === 0 })),
  );
  const groups = people.flatMap(({ id, supportGroups }) =>
    supportGroups.map((groupName) => ({ employeeId: id, groupName })),
  );
  for (const batch of inBatches(addresses)) await tx.insert(employeeAddresses).values(batch);
  for (const batch of inBatches(groups)) await tx.insert(employeeGroups).values(batch);
};

const inBatches = <T>(rows: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, index) =>
    rows.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
  );
