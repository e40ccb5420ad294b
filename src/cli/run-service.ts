import process from 'node:process';
import { inspect } from 'node:util';
import { Closers } from './closers.ts';
import { printProgress } from './print.ts';

/** Ctrl-C, `kill`, a terminal that is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm and shells pass a signal on to a process that has had it already: within this time (ms) it is the same one. */
const sameSignalMs = 1_000;

export interface ServiceContext {
  /** Aborts when the service is to end. */
  readonly signal: AbortSignal;
  readonly closers: Closers;
}

/**
 * Runs `start`, then waits for a signal, or for the promise that `start` resolves with (a part that ended by itself, with
 * its error), and closes all that was opened. A second signal ends the process at once.
 */
export async function runService(
  start: (context: ServiceContext) => Promise<{ readonly lost: Promise<unknown> }>,
): Promise<void> {
  const closers = new Closers();
  const stopping = new AbortController();
  const forget = onSignals(stopping);
  const asked = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(undefined));
  });
  let problem: unknown;
  try {
    const { lost } = await start({ signal: stopping.signal, closers });
    problem = await Promise.race([asked, lost]);
  } catch (error) {
    problem = stopping.signal.aborted ? new Error('stopped before it was ready') : error;
  }
  try {
    await closers.close();
  } catch (error) {
    problem ??= error;
  } finally {
    forget();
  }
  if (problem !== undefined) throw problem instanceof Error ? problem : new Error(inspect(problem));
}

function onSignals(stopping: AbortController): () => void {
  let first = 0;
  const onSignal = (): void => {
    if (first === 0) {
      first = Date.now();
      printProgress('stopping; once more to force it');
      stopping.abort();
    } else if (Date.now() - first > sameSignalMs) {
      process.exit(1);
    }
  };
  // bin/tsa.mjs on an old Node, which runs this process in its place, was killed.
  const onDisconnect = (): void => stopping.abort();
  for (const signal of signals) process.on(signal, onSignal);
  if (process.channel !== undefined) process.once('disconnect', onDisconnect);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('disconnect', onDisconnect);
  };
}
