import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Tx } from '../../db/connect.ts';
import { importEmployees } from '../../db/csv-import-employees.ts';
import {
  createEmployee,
  deleteEmployee,
  type EmployeeRecord,
  findEmployee,
  listEmployees,
  updateEmployee,
} from '../../db/employee-catalogue.ts';
import { languages } from '../../domain/outgoing.ts';
import { logAdministrator } from '../administrator-log.ts';
import type { RouteDeps } from '../deps.ts';
import { catalogueRoutes, pageAfter } from '../http/catalogue.ts';
import { readCsvBody, refuseCsv } from '../http/csv-body.ts';
import { toPage } from '../http/paging.ts';
import { createRouter } from '../http/validation.ts';
import { mailAddress, words } from '../schemas/common.ts';

const fields = {
  name: words(200),
  address: mailAddress.describe('The primary mail address.'),
  aliases: z.array(mailAddress).max(50).describe('Other addresses of the same person.'),
  supportGroups: z.array(words(200)).max(100),
  language: z.enum(languages).nullable().describe('Of the mails to this person; null: the language of the settings.'),
};

const EmployeeChangeSchema = z.strictObject(fields).partial().openapi('EmployeeChange');
type EmployeeChange = z.output<typeof EmployeeChangeSchema>;

const routes = catalogueRoutes(
  {
    path: '/employees',
    tag: 'Employees',
    one: 'Employee',
    many: 'Employees',
    text: 'Part of the name or of an address.',
    csv: 'name, address and, if you like, aliases and supportGroups, each a list with `;`',
  },
  {
    item: z.object({ id: z.int(), ...fields, address: z.string().nullable() }).openapi('Employee'),
    create: z
      .strictObject(fields)
      .partial({ aliases: true, supportGroups: true, language: true })
      .openapi('EmployeeCreate'),
    change: EmployeeChangeSchema,
  },
);

export const createEmployeeRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(routes.list, async (c) => {
    const query = c.req.valid('query');
    return c.json(toPage((await listEmployees(db, query, pageAfter(query))).map(toView), query.limit), 200);
  });

  app.openapi(routes.create, async (c) => {
    const created = await db.transaction(async (tx) => {
      const { name, address, aliases = [], supportGroups = [], language } = c.req.valid('json');
      const employee = await createEmployee(tx, {
        name,
        addresses: addressList(address, aliases),
        supportGroups: [...new Set(supportGroups)],
        language,
      });
      await logAdministrator(tx, { operation: 'employee.create', result: `created: ${employee.name}` });
      return employee;
    });
    return c.json(toView(created), 201, { Location: `${c.req.path}/${created.id}` });
  });

  app.openapi(routes.read, async (c) => c.json(toView(await findEmployee(db, c.req.valid('param').id)), 200));

  app.openapi(routes.update, async (c) => {
    const changes = c.req.valid('json');
    const updated = await db.transaction(async (tx) => {
      const employee = await changeEmployee(tx, c.req.valid('param').id, changes);
      const result = `${employee.name}: changed: ${Object.keys(changes).join(', ')}`;
      await logAdministrator(tx, { operation: 'employee.update', result });
      return employee;
    });
    return c.json(toView(updated), 200);
  });

  app.openapi(routes.remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      const { name } = await findEmployee(tx, id);
      await deleteEmployee(tx, id);
      await logAdministrator(tx, { operation: 'employee.delete', result: `deleted: ${name}` });
    });
    return c.body(null, 204);
  });

  app.openapi(routes.importCsv, async (c) => {
    const csv = await readCsvBody(c);
    const imported = await db.transaction(async (tx) => {
      const counts = await importEmployees(tx, csv).catch(refuseCsv);
      const result = `${counts.created} created, ${counts.updated} updated`;
      await logAdministrator(tx, { operation: 'employee.import', result });
      return counts;
    });
    return c.json(imported, 200);
  });
  return app;
};

const toView = ({ id, name, addresses: [address, ...aliases], supportGroups, language }: EmployeeRecord) => ({
  id,
  name,
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
    language: changes.language,
    addresses: primary === undefined ? undefined : addressList(primary, changes.aliases ?? aliases),
    supportGroups: changes.supportGroups === undefined ? undefined : [...new Set(changes.supportGroups)],
  });
};
