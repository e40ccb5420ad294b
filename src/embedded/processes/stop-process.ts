import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessRef } from './process-identity.ts';

/** How long a server gets for its clean end, in ms, before it is killed. */
const patienceMs = 30_000;

/** Ends a server that may not be our child: SIGINT is PostgreSQL's "fast shutdown" and Temporal's clean stop. */
export async function stopProcess(ref: ProcessRef): Promise<void> {
  const deadline = Date.now() + patienceMs;
  signal(ref, 'SIGINT');
  while (isRunning(ref)) {
    if (Date.now() > deadline) signal(ref, 'SIGKILL');
    await sleep(50);
  }
}

function signal(ref: ProcessRef, name: NodeJS.Signals): void {
  if (!isRunning(ref)) return;
  try {
    process.kill(ref.pid, name);
  } catch (error) {
    // It ended between the two lines.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
