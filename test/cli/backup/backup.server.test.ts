import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { privateFolder } from '../../embedded/support.ts';
import { runTsa, startTsa } from '../run-tsa.ts';

const anyPort = { TSA_PORT: '0' };
const ready = z.object({ apiUrl: z.url() });

const startUp = async (folder: string) => {
  const up = startTsa(['up', '--json'], folder, anyPort);
  const line = await up.firstLine;
  if (line === '') throw new Error((await up.outcome).err);
  const { apiUrl } = ready.parse(JSON.parse(line));
  const token = readFileSync(path.join(folder, '.tsa', 'admin-token'), 'utf8').trim();
  const call = (name: string, body?: string) =>
    fetch(`${apiUrl}/api/v1/${name}`, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
  return { ...up, call };
};

describe('tsa backup and tsa restore', () => {
  it('carry all from one data folder to another, while the first one runs', async () => {
    const [folder, other, elsewhere] = [privateFolder(), privateFolder(), privateFolder()];
    const copy = path.join(elsewhere, 'backup');
    expect(await runTsa(['backup', copy], folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the database does not run') as unknown,
    });
    const first = await startUp(folder);
    await first.call('categories/import', readFileSync('samples/categories.csv', 'utf8'));
    const categories: unknown = await (await first.call('categories')).json();
    const made = await runTsa(['backup', '--with-keys', copy], folder);
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^backup of .* with its secret key$/m) as unknown,
    });
    expect(await runTsa(['backup', copy], folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not empty') as unknown,
    });
    expect(await runTsa(['restore', copy], folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('holds a database') as unknown,
    });
    first.child.kill('SIGTERM');
    await first.outcome;

    const restored = await runTsa(['restore', '--json', copy], other);
    expect(restored.code, restored.err).toBe(0);
    const key = (of: string) => readFileSync(path.join(of, '.tsa', 'secret-key'), 'utf8');
    expect(key(other)).toBe(key(folder));
    const second = await startUp(other);
    expect(await (await second.call('categories')).json()).toEqual(categories);
    second.child.kill('SIGTERM');
    expect((await second.outcome).code).toBe(0);
  });
});
