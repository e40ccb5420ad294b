import { readFile } from 'node:fs/promises';
import { eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { approvalRules, type ApprovalStep } from '../domain/approvals/approval.ts';
import type { Db, Tx } from '../db/shared/connect.ts';
import { importAssets, importCategories, importConfigurationItems } from '../db/master-data/csv-import.ts';
import { importEmployees } from '../db/master-data/csv-import-employees.ts';
import { categories, employeeAddresses } from '../db/schema/index.ts';

const readSample = (name: string): Promise<string> =>
  readFile(new URL(`../../samples/${name}`, import.meta.url), 'utf8');

/** The sample catalogue, people and equipment, for the demo and tests. May be loaded again. */
export const loadSamples = async (db: Db): Promise<void> => {
  await db.transaction(async (tx) => {
    await importCategories(tx, await readSample('categories.csv'));
    await importEmployees(tx, await readSample('employees.csv'));
    await importAssets(tx, await readSample('assets.csv'));
    await importConfigurationItems(tx, await readSample('configuration-items.csv'));
    await setApprovals(tx, approvalSamples.parse(JSON.parse(await readSample('approvals.json'))));
  });
};

const approvalSamples = z.array(
  z.object({
    category: z.string(),
    steps: z.array(
      z.object({
        approvers: z.array(z.string()),
        rule: z.enum(approvalRules),
        escalateTo: z.string().nullable().default(null),
        escalateAfterHours: z.number().nullable().default(null),
      }),
    ),
  }),
);

const setApprovals = async (tx: Tx, samples: z.output<typeof approvalSamples>): Promise<void> => {
  const addresses = samples.flatMap(({ steps }) =>
    steps.flatMap(({ approvers, escalateTo }) => [...approvers, ...(escalateTo === null ? [] : [escalateTo])]),
  );
  const people = await tx
    .select({ id: employeeAddresses.employeeId, address: employeeAddresses.address })
    .from(employeeAddresses)
    .where(inArray(employeeAddresses.address, addresses));
  const idOf = (address: string): number => {
    const person = people.find((one) => one.address === address);
    if (person === undefined) throw new Error(`The samples have no employee with the address ${address}.`);
    return person.id;
  };
  for (const { category, steps } of samples) {
    const approvalSteps = steps.map(({ approvers, rule, escalateTo, escalateAfterHours }): ApprovalStep => ({
      approvers: approvers.map(idOf),
      rule,
      remindAfterHours: 24,
      escalateAfterHours,
      escalateTo: escalateTo === null ? null : idOf(escalateTo),
      expireAfterHours: 120,
      onExpiry: 'refused',
    }));
    await tx.update(categories).set({ approvalSteps }).where(eq(categories.code, category));
  }
};
