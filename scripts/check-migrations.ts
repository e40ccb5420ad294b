import { readdir, readFile } from 'node:fs/promises';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import * as schema from '../src/db/schema/index.ts';

/** Fails unless the committed migrations lead to the schema of the code. Writes nothing. */
const folder = new URL('../drizzle/meta/', import.meta.url);
const snapshots = (await readdir(folder)).filter((name) => name.endsWith('_snapshot.json')).sort();
const latest: unknown = JSON.parse(await readFile(new URL(snapshots.at(-1) ?? 'none', folder), 'utf8'));
const current: unknown = generateDrizzleJson({ ...schema }, undefined, undefined, 'snake_case');
// The types of this entry point do not resolve under nodenext; a snapshot is what both functions speak.
const missing: readonly string[] = await generateMigration(latest, current);

if (missing.length > 0) {
  console.error('The schema says more than the migrations. Run: npx drizzle-kit generate --name <what changes>\n');
  console.error(missing.join('\n'));
  process.exitCode = 1;
}
