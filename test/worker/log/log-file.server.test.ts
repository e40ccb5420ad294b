import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendLog } from '../../../src/db/log/operation-log.ts';
import { connect, type Database } from '../../../src/db/shared/connect.ts';
import { openLogFile } from '../../../src/worker/log/follow-operation-log.ts';
import { createTestDatabase } from '../../support/database.ts';

let database: Database;
let drop: () => Promise<void>;
let folder: string;
beforeAll(async () => {
  const made = await createTestDatabase();
  drop = () => made.drop();
  database = connect(made.url);
  folder = await mkdtemp(path.join(os.tmpdir(), 'tsa-log-'));
});
afterAll(async () => {
  await database.close();
  await drop();
  await rm(folder, { recursive: true });
});

const modeOf = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);

describe('the log file', () => {
  it('S-22: is its user’s alone, also one that was open before, and so is its folder', async () => {
    const file = path.join(folder, 'log', 'operations.log');
    const first = await openLogFile(database.db, { file, type: 'lt_All' });
    await first.close();
    const earlier = path.join(folder, 'log', 'operations.1.log');
    await writeFile(earlier, 'earlier\n', { flag: 'a' });
    await chmod(earlier, 0o644);
    const log = await openLogFile(database.db, { file, type: 'lt_All' });
    await appendLog(database.db, {
      at: new Date().toISOString(),
      level: 'info',
      operation: 'settings.update',
      who: 'a',
      whoKind: 'system',
      result: 'b',
    });
    await log.turn();
    await log.close();
    const files = await readdir(path.dirname(file));
    expect(await modeOf(path.dirname(file))).toBe('700');
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) expect([name, await modeOf(path.join(folder, 'log', name))]).toEqual([name, '600']);
    expect(await readFile(earlier, 'utf8')).toContain('"operation":"settings.update"');
    expect(await readFile(earlier, 'utf8'), 'S-16').toContain('"whoKind":"system"');
  });
});
