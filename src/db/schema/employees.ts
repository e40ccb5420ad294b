import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { languages } from '../../domain/outgoing/outgoing.ts';
import { identity, instant, oneOf, reference, now } from './columns.ts';

export const employees = pgTable(
  'employees',
  {
    id: identity(),
    name: text().notNull(),
    /** By which mails and other systems name this person; null: none. */
    employeeNumber: text(),
    /** Of the mails to this person; null: the settings' language. */
    language: text({ enum: languages }),
    /** Made for a mail of somebody unknown, and not looked at by anybody since. */
    madeByMail: boolean().notNull().default(false),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (t) => [
    uniqueIndex('employees_number_once').on(sql`lower(${t.employeeNumber})`),
    index('employees_made_by_mail')
      .on(t.createdAt)
      .where(sql`${t.madeByMail}`),
    oneOf('employees_language_known', t.language, languages),
  ],
);

/** Who answers in an approver's place, and when (both ends inclusive). */
export const delegations = pgTable(
  'delegations',
  {
    id: identity(),
    employeeId: reference()
      .notNull()
      .references(() => employees.id, { onDelete: 'cascade' }),
    delegateId: reference()
      .notNull()
      .references(() => employees.id, { onDelete: 'cascade' }),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
  },
  (t) => [
    index('delegations_by_employee').on(t.employeeId),
    check('delegations_to_another', sql`${t.employeeId} <> ${t.delegateId}`),
    check('delegations_in_order', sql`${t.startsAt} <= ${t.endsAt}`),
  ],
);

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
