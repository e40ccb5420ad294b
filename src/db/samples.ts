import { readFile } from 'node:fs/promises';
import type { Db } from './connect.ts';
import { importAssets, importCategories, importConfigurationItems } from './csv-import.ts';
import { importEmployees } from './csv-import-employees.ts';

const readSample = (name: string): Promise<string> =>
  readFile(new URL(`../../samples/${name}`, import.meta.url), 'utf8');

/** The sample catalogue, people and equipment, for the demo and tests. May be loaded again. */
export const loadSamples = async (db: Db): Promise<void> => {
  await db.transaction(async (tx) => {
    await importCategories(tx, await readSample('categories.csv'));
    await importEmployees(tx, await readSample('employees.csv'));
    await importAssets(tx, await readSample('assets.csv'));
    await importConfigurationItems(tx, await readSample('configuration-items.csv'));
  });
};
