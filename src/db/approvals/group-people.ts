import { asc, eq } from 'drizzle-orm';
import { employeeGroups } from '../schema/index.ts';
import type { Db, Tx } from '../shared/connect.ts';

/** Employee ids of a support group's people; none without a group. */
export const listGroupPeople = async (db: Db | Tx, supportGroup: string | null): Promise<readonly number[]> => {
  if (supportGroup === null) return [];
  const people = await db
    .select({ id: employeeGroups.employeeId })
    .from(employeeGroups)
    .where(eq(employeeGroups.groupName, supportGroup))
    .orderBy(asc(employeeGroups.employeeId));
  return people.map(({ id }) => id);
};
