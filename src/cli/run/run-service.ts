import process from 'node:process';
import { inspect } from 'node:util';
import { Closers } from './closers.ts';
import { printProgress } from '../shared/print.ts';

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
 * Runs `start`, then waits for a signal, for the promise that `start` resolves with (a part that ended by itself, with its
 * error), or for an error that nobody caught; closes all that was opened, and throws that error. A second signal ends the
 * process at once.
 */
export async function runService(
  start: (context: ServiceContext) => Promise<{ readonly lost: Promise<unknown> }>,
): Promise<void> {
  const closers = new Closers();
  const stopping = new AbortController();
  const problems: unknown[] = [];
  const forget = [onSignals(stopping), onUncaught(stopping, problems)];
  const asked = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(undefined));
  });
  try {
    const { lost } = await start({ signal: stopping.signal, closers });
    const ended = await Promise.race([asked, lost]);
    if (ended !== undefined) problems.push(ended);
  } catch (error) {
    problems.push(stopping.signal.aborted ? new Error('stopped before it was ready') : error);
  }
  await closers.close().catch((error: unknown) => problems.push(error));
  for (const off of forget) off();
  const [first] = problems;
  if (first !== undefined) throw first instanceof Error ? first : new Error(inspect(first));
}

/** A driver's connection that breaks in the wrong moment, say: what runs is still to be ended in order. */
function onUncaught(stopping: AbortController, problems: unknown[]): () => void {
  const listener = (error: unknown): void => {
    problems.push(error);
    stopping.abort();
  };
  process.on('uncaughtException', listener);
  return () => process.off('uncaughtException', listener);
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
