import { sql, type SQL } from 'drizzle-orm';
import type { Employee } from '../../domain/handling/facts.ts';
import { employeeAddresses, employeeGroups, employees } from '../schema/index.ts';

/** An employee, with the number that mails may name. */
export interface NumberedEmployee extends Employee {
  readonly employeeNumber: string | null;
}

/** A subselect: those who have one of these addresses or numbers (`text[]`, these in lower case), as a JSON array of `NumberedEmployee`. */
export const employeesWith = (addresses: SQL, numbers: SQL = sql`'{}'::text[]`): SQL => sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', ${employees.id},
      'name', ${employees.name},
      'employeeNumber', ${employees.employeeNumber},
      'addresses', (
        select jsonb_agg(own.address order by own.is_primary desc, own.address)
        from ${employeeAddresses} as own where own.employee_id = ${employees.id}
      ),
      'supportGroups', (
        select coalesce(jsonb_agg(${employeeGroups.groupName} order by ${employeeGroups.groupName}), '[]')
        from ${employeeGroups} where ${employeeGroups.employeeId} = ${employees.id}
      )
    )), '[]')
    from ${employees} where ${employees.id} in (
      select ${employeeAddresses.employeeId} from ${employeeAddresses}
      where ${employeeAddresses.address} = any(${addresses})
      union all
      select numbered.id from ${employees} as numbered where lower(numbered.employee_number) = any(${numbers})
    )
  )`;
