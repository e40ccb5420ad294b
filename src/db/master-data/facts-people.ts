import { sql, type SQL } from 'drizzle-orm';
import { employeeAddresses, employeeGroups, employees } from '../schema/index.ts';

/** A subselect: those who have one of these addresses, as a JSON array of `Employee`. */
export const employeesWith = (addresses: readonly string[]): SQL => {
  if (addresses.length === 0) return sql`'[]'::jsonb`;
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', ${employees.id},
      'name', ${employees.name},
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
      where ${employeeAddresses.address} = any(${sql.param(addresses)}::text[])
    )
  )`;
};
