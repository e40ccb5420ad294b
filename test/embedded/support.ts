import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { dataFolder, readJson } from '../../src/embedded/data/data-folder.ts';
import type { EmbeddedOptions } from '../../src/embedded/embedded-options.ts';
import { isRunning, type ProcessRef } from '../../src/embedded/processes/process-identity.ts';

/** For what another process does in its own time. */
export const patience = { timeout: 60_000, interval: 100 };

/** A folder that only its owner may enter, for the time of the test. */
export function privateFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-embedded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const embeddedIn = (dataDir: string): EmbeddedOptions => ({
  dataDir,
  namespace: 'default',
  searchAttributes: { TsaTest: 'Keyword' },
});

const reference = z.object({ pid: z.int(), identity: z.string() });
const lock = z.object({ guardian: reference, servers: z.array(reference) });

/** The processes of the start that has the data folder. */
export function processesOf(dataDir: string): {
  readonly guardian: ProcessRef;
  readonly servers: readonly ProcessRef[];
} {
  const found = readJson(dataFolder(dataDir).lock, lock);
  if (found === undefined) throw new Error(`nobody has ${dataDir}`);
  return found;
}

export const stillRunning = (refs: readonly ProcessRef[]): readonly number[] =>
  refs.filter(isRunning).map(({ pid }) => pid);

export interface KillableParent {
  readonly process: ChildProcess;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

const ready = z.object({ databaseUrl: z.string(), temporalAddress: z.string() });

/** Starts the servers from a process of its own and waits until they answer. */
export async function startFromOtherProcess(
  options: EmbeddedOptions,
  script = path.join(import.meta.dirname, 'start-embedded.ts'),
): Promise<KillableParent> {
  const child = fork(script, [JSON.stringify(options)], { execArgv: [] });
  onTestFinished(async () => {
    const left = existsSync(dataFolder(options.dataDir).lock) ? processesOf(options.dataDir) : undefined;
    child.kill('SIGKILL');
    if (left === undefined) return;
    const all = [left.guardian, ...left.servers];
    await vi.waitFor(() => expect(stillRunning(all)).toEqual([]), patience);
  });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  child.once('message', resolve);
  child.once('exit', (code) => reject(new Error(`the parent ended with code ${code ?? '?'}`)));
  return { process: child, ...ready.parse(await promise) };
}
