import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Tx } from '../../db/shared/connect.ts';
import { importEmployees } from '../../db/master-data/csv-import-employees.ts';
import {
  createEmployee,
  deleteEmployee,
  type EmployeeRecord,
  findEmployee,
  listEmployees,
  updateEmployee,
} from '../../db/master-data/employee-catalogue.ts';
import { employees } from '../../db/schema/index.ts';
import { languages } from '../../domain/outgoing/outgoing.ts';
import type { RouteDeps } from '../http/deps.ts';
import { createCatalogue } from './catalogue.ts';
import { mailAddress, words } from '../http/common.ts';

const fields = {
  name: words(200),
  address: mailAddress.describe('Primary email address.'),
  employeeNumber: words(64)
    .regex(/^[\p{L}_-]*\p{N}[\p{L}\p{N}_-]*$/u, 'write letters, digits, _ and -, with a digit among them.')
    .nullable()
    .describe('Number by which `@REQUESTOR@` and `@RECIPIENT@` may name this person. Unique, case-insensitive.'),
  aliases: z.array(mailAddress).max(50).describe('Other addresses of the same person.'),
  supportGroups: z.array(words(200)).max(100),
  language: z
    .enum(languages)
    .nullable()
    .describe('Language of emails to this person. Null uses the language of the settings.'),
};

const EmployeeChangeSchema = z.strictObject(fields).partial().openapi('EmployeeChange');
type EmployeeChange = z.output<typeof EmployeeChangeSchema>;

export const createEmployeeRoutes = ({ db }: RouteDeps): OpenAPIHono =>
  createCatalogue(
    db,
    {
      path: '/employees',
      tag: 'Employees',
      one: 'Employee',
      many: 'Employees',
      noun: 'employee',
      text: 'Matches part of the name, the number or an address.',
      csv: 'employees',
    },
    {
      item: z.object({ id: z.int(), ...fields, address: z.string().nullable() }).openapi('Employee'),
      create: z
        .strictObject(fields)
        .partial({ employeeNumber: true, aliases: true, supportGroups: true, language: true })
        .openapi('EmployeeCreate'),
      change: EmployeeChangeSchema,
    },
    {
      table: employees,
      nameOf: ({ name }) => name,
      view: toView,
      list: listEmployees,
      find: findEmployee,
      create: (tx, { name, employeeNumber, address, aliases = [], supportGroups = [], language }) =>
        createEmployee(tx, {
          name,
          employeeNumber,
          addresses: addressList(address, aliases),
          supportGroups: [...new Set(supportGroups)],
          language,
        }),
      update: changeEmployee,
      remove: deleteEmployee,
      importCsv: importEmployees,
    },
  );

const toView = ({
  id,
  name,
  employeeNumber,
  addresses: [address, ...aliases],
  supportGroups,
  language,
}: EmployeeRecord) => ({
  id,
  name,
  employeeNumber,
  address: address ?? null,
  aliases,
  supportGroups: [...supportGroups],
  language,
});

/** The primary address first, each once. */
const addressList = (address: string, aliases: readonly string[]): readonly [string, ...string[]] => [
  address,
  ...new Set(aliases.filter((alias) => alias !== address)),
];

/** The primary address and the aliases are stored together, so that the one not named is kept by naming it again. */
const changeEmployee = async (tx: Tx, id: number, changes: EmployeeChange): Promise<EmployeeRecord> => {
  const [address, ...aliases] = (await findEmployee(tx, id)).addresses;
  const primary = changes.address ?? address;
  return updateEmployee(tx, id, {
    name: changes.name,
    employeeNumber: changes.employeeNumber,
    language: changes.language,
    addresses: primary === undefined ? undefined : addressList(primary, changes.aliases ?? aliases),
    supportGroups: changes.supportGroups === undefined ? undefined : [...new Set(changes.supportGroups)],
  });
};
