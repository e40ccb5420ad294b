import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** What the embedded servers keep in the data folder. */
export const dataFolder = (dataDir: string) => ({
  lock: path.join(dataDir, 'embedded.lock'),
  state: path.join(dataDir, 'embedded.json'),
  log: path.join(dataDir, 'embedded.log'),
  postgres: path.join(dataDir, 'postgres'),
  temporal: path.join(dataDir, 'temporal'),
});

const state = z.object({
  postgresPassword: z.string(),
  ports: z.object({ postgres: z.int(), temporal: z.int(), temporalUi: z.int() }),
});

/** Password and ports of the last run. */
export type EmbeddedState = z.infer<typeof state>;

export const readState = (dataDir: string): EmbeddedState | undefined => readJson(dataFolder(dataDir).state, state);
export const writeState = (dataDir: string, value: EmbeddedState): void => writeJson(dataFolder(dataDir).state, value);

/** Undefined when there is no file; throws when it does not hold what it should. */
export function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} is damaged; restore it from a backup`, { cause: error });
  }
}

/** Whole or not at all, readable by its owner only. */
export function writeJson(file: string, value: unknown): void {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Whether the data folder holds a database of an earlier run. */
export const hasEmbeddedDatabase = (dataDir: string): boolean =>
  existsSync(path.join(dataFolder(dataDir).postgres, 'data'));
