import { sql } from 'drizzle-orm';
import type { Tx } from '../shared/connect.ts';
import { employeeAddresses, employees } from '../schema/index.ts';

/** The employee with this address, made if there is none (Create Unknown Requestors). `address` in lower case. */
export const ensureEmployee = async (
  tx: Tx,
  { address, name }: { readonly address: string; readonly name: string },
): Promise<number> => {
  // Two mailboxes may meet the same stranger at once: the second one waits here and then finds what the first one made.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`employee:${address}`}, 0))`);
  const [known] = await tx
    .select({ id: employeeAddresses.employeeId })
    .from(employeeAddresses)
    .where(sql`${employeeAddresses.address} = ${address}`);
  if (known !== undefined) return known.id;
  const [made] = await tx
    .insert(employees)
    .values({ name: name === '' ? address : name, madeByMail: true })
    .returning({ id: employees.id });
  if (made === undefined) throw new Error('An insert returned no row.');
  await tx.insert(employeeAddresses).values({ address, employeeId: made.id, isPrimary: true });
  return made.id;
};
