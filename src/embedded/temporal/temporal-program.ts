import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { buildTemporal } from './temporal-build.ts';
import { downloadTemporal, temporalDownloads } from './temporal-download.ts';
import { temporalVersion, unfitness } from './temporal-version.ts';

export interface TemporalProgramOptions {
  readonly cacheDir: string;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
  /** Another name or path than `temporal` to look for, and another place to download from. */
  readonly onPath?: string;
  readonly downloads?: string;
}

/**
 * The program `temporal`, from the first place that has a fit one: PATH, the cache, Temporal's downloads, its source built
 * with Go. What was fetched or built is kept in the cache. Throws with what was tried and what to do.
 */
export async function findTemporalProgram(options: TemporalProgramOptions): Promise<string> {
  const { cacheDir, onProgress, onPath = 'temporal' } = options;
  const unfit = await unfitness(onPath);
  if (unfit === undefined) return onPath;
  if (unfit !== 'not found') onProgress(`${onPath} on PATH ${unfit}: passed over`);
  const cached = path.join(cacheDir, `temporal-${temporalVersion}`, 'temporal');
  if ((await unfitness(cached)) === undefined) return cached;
  mkdirSync(path.dirname(cached), { recursive: true });
  const release = await lockCache(cached, options);
  try {
    // Another start may have got it while this one waited.
    if ((await unfitness(cached)) !== undefined) await getInto(cached, unfit, options);
    return cached;
  } finally {
    await release();
  }
}

async function getInto(cached: string, onPathProblem: string, options: TemporalProgramOptions): Promise<void> {
  const { onProgress, signal, onPath = 'temporal', downloads = temporalDownloads } = options;
  // Of a start that was killed; the lock is ours.
  for (const left of globSync(path.join(path.dirname(cached), 'new-*'))) rmSync(left, { recursive: true });
  const folder = mkdtempSync(path.join(path.dirname(cached), 'new-'));
  const sources = [
    { name: 'download', get: () => downloadTemporal(folder, downloads, signal) },
    { name: 'build', get: () => buildTemporal(folder, onProgress, signal) },
  ];
  const problems = [`on PATH: ${onPath} ${onPathProblem}`];
  try {
    for (const { name, get } of sources) {
      try {
        const program = await get();
        const unfit = await unfitness(program);
        if (unfit !== undefined) throw new Error(`what came ${unfit}`);
        renameSync(program, cached);
        return;
      } catch (error) {
        signal.throwIfAborted();
        problems.push(`${name}: ${reason(error)}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  throw new Error(
    `no Temporal server to start (${problems.join('; ')}). Install the program temporal (https://docs.temporal.io/cli), ` +
      'or Go (https://go.dev/dl) to have it built, or set TEMPORAL_ADDRESS to a server that runs',
  );
}

/** fetch says only "fetch failed"; why is in the cause. */
const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};

async function lockCache(cached: string, { onProgress, signal }: TemporalProgramOptions): Promise<() => Promise<void>> {
  let waiting = false;
  for (;;) {
    try {
      // A machine that slept may find its lock taken over: then the program is got twice, which harms nobody.
      return await lockfile.lock(path.dirname(cached), { stale: 20_000, onCompromised: () => undefined });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
      if (!waiting) onProgress('waiting for another start that is getting the Temporal server');
      waiting = true;
      await sleep(500, undefined, { signal });
    }
  }
}
