import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { patience, privateFolder, processesOf, stillRunning } from '../../embedded/support.ts';
import { runTsa, startTsa } from '../run-tsa.ts';

const ready = z.object({ apiUrl: z.url(), temporalUiUrl: z.url(), dataDir: z.string(), pid: z.int() });
const anyPort = { TSA_PORT: '0' };

async function startUp(folder: string) {
  const tsa = startTsa(['up', '--json'], folder, anyPort);
  const line = await tsa.firstLine;
  if (line === '') throw new Error((await tsa.outcome).err);
  const started = ready.parse(JSON.parse(line));
  return { ...tsa, ...started, ...processesOf(started.dataDir) };
}

describe('tsa up', () => {
  it('serves, refuses a second one, is seen by doctor, and ends cleanly with Ctrl-C', async () => {
    const folder = privateFolder();
    const up = await startUp(folder);
    expect(up.dataDir).toBe(path.join(folder, '.tsa'));
    expect((await fetch(`${up.apiUrl}/readyz`)).status).toBe(200);

    const second = await runTsa(['up'], folder, anyPort);
    expect(second.code).toBe(1);
    expect(second.err).toContain(`is in use by process ${up.pid}`);

    const doctor = await runTsa(['doctor'], folder);
    expect(doctor.code).toBe(0);
    expect(doctor.out).toMatch(/^ok +database +PostgreSQL 18.*all \d+ migrations applied/m);
    expect(doctor.out).toMatch(/^ok +Temporal .*search attributes registered/m);

    up.child.kill('SIGINT');
    expect((await up.outcome).code).toBe(0);
    expect(stillRunning([up.guardian, ...up.servers])).toEqual([]);
  });

  it('leaves nothing running when it is killed, and starts again on its data', async () => {
    const folder = privateFolder();
    const first = await startUp(folder);
    first.child.kill('SIGKILL');
    const second = await startUp(folder);
    expect(stillRunning([first.guardian, ...first.servers])).toEqual([]);
    expect((await fetch(`${second.apiUrl}/readyz`)).status).toBe(200);
    second.child.kill('SIGTERM');
    expect((await second.outcome).code).toBe(0);
    await vi.waitFor(() => expect(stillRunning([second.guardian, ...second.servers])).toEqual([]), patience);
  });

  it('ends with an error when a server ends by itself', async () => {
    const up = await startUp(privateFolder());
    for (const { pid } of up.servers.slice(0, 1)) process.kill(pid, 'SIGKILL');
    const { code, err } = await up.outcome;
    expect(code).toBe(1);
    expect(err).toMatch(/^tsa: ./m);
    expect(stillRunning([up.guardian, ...up.servers])).toEqual([]);
  });

  it('says which setting to change when the port of the API is taken', async () => {
    const folder = privateFolder();
    const up = await startUp(folder);
    const port = new URL(up.apiUrl).port;
    const other = await runTsa(['up'], privateFolder(), { TSA_PORT: port });
    expect(other.code).toBe(1);
    expect(other.err).toContain(
      `the API cannot listen at 127.0.0.1, port ${port}: stop what uses the port, or set TSA_PORT`,
    );
    up.child.kill('SIGTERM');
    expect((await up.outcome).code).toBe(0);
  });
});
