import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { FailpointName } from '../../src/activities/shared/failpoint.ts';
import { workflowBundle } from '../../src/worker/temporal/workflow-bundle.ts';

/** Where the process meets its fault: killed as by a power cut, or stopped until `thaw`. */
export interface FaultAt {
  readonly name: FailpointName;
  /** From 1. */
  readonly occurrence: number;
  readonly act: 'kill' | 'freeze';
}

export interface ChildWorkerOptions {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Base64 of 32 octets. */
  readonly secretKey: string;
  readonly workflowBundlePath: string;
  readonly fault?: FaultAt;
}

export interface ChildWorker {
  /** Resolves when the process was killed by its fault; rejects when it ended otherwise, with what it wrote. */
  readonly killed: Promise<void>;
  /** Resolves when the process stands still at its fault; rejects when it ended instead. */
  readonly frozen: Promise<void>;
  thaw(): void;
  /** All that it wrote to stderr, once it has ended. */
  readonly complaints: Promise<string>;
  /** Ends it with SIGKILL, if it is still there. */
  end(): Promise<void>;
}

/** The real worker in a process that a test may kill. */
export function startChildWorker(options: ChildWorkerOptions): ChildWorker {
  const child = fork(fileURLToPath(new URL('worker-entry.ts', import.meta.url)), [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('forked without pipes');
  const complaints = text(stderr);
  const ended = once(child, 'exit');
  const early = async (what: string): Promise<never> => {
    await ended;
    throw new Error(`The worker ended before ${what} (${child.signalCode ?? child.exitCode}):\n${await complaints}`);
  };
  let ending = false;
  const killed = ended.then(() => (child.signalCode === 'SIGKILL' && !ending ? undefined : early('its fault')));
  const frozen = Promise.race([once(stdout, 'data').then(() => undefined), early('it stood still')]);
  for (const promise of [killed, frozen]) promise.catch(() => undefined);
  return {
    killed,
    frozen,
    complaints,
    thaw: () => void child.kill('SIGCONT'),
    async end() {
      ending = true;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The workflows bundled once into a file, so that a worker is up again in about a second. */
export async function bundleToFile(): Promise<{ readonly path: string; remove(): void }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-bundle-'));
  const file = path.join(folder, 'workflows.js');
  writeFileSync(file, (await workflowBundle({ debug: () => undefined })).code);
  return { path: file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
