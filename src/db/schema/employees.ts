import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { identity, instant, reference, now } from './columns.ts';

export const employees = pgTable('employees', {
  id: identity(),
  name: text().notNull(),
  createdAt: instant().notNull().default(now),
  updatedAt: instant().notNull().default(now),
});

/** An address belongs to one person: it is how a sender is known (spec §7). */
export const employeeAddresses = pgTable(
  'employee_addresses',
  {
    address: text().primaryKey(),
    employeeId: reference()
      .notNull()
      .references(() => employees.id, { onDelete: 'cascade' }),
    isPrimary: boolean().notNull(),
  },
  (t) => [
    uniqueIndex('employee_addresses_one_primary')
      .on(t.employeeId)
      .where(sql`${t.isPrimary}`),
    index('employee_addresses_by_employee').on(t.employeeId),
    check('employee_addresses_lower_case', sql`${t.address} = lower(${t.address})`),
  ],
);

/** Support groups by name, as categories name them. */
export const employeeGroups = pgTable(
  'employee_groups',
  {
    employeeId: reference()
      .notNull()
      .references(() => employees.id, { onDelete: 'cascade' }),
    groupName: text().notNull(),
  },
  (t) => [primaryKey({ name: 'employee_groups_once', columns: [t.employeeId, t.groupName] })],
);
