import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import pLimit from 'p-limit';
import { Piscina } from 'piscina';

export interface ThreadOptions {
  /** For one task, from when a thread begins it: the start of a thread, long on a busy machine, is not the task's fault. */
  readonly timeoutMs: number;
  /** Of one thread; what is handed over does not count. */
  readonly maxHeapMib: number;
  /** Tasks at a time, a thread each. */
  readonly concurrency: number;
}

/** A task as its thread gets it: it says on `begun` that it begins. */
export type ThreadTask<Task> = Task & { readonly begun: MessagePort };

export type ThreadOutcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'too_long' }
  | { readonly kind: 'too_much_memory' };

export interface Threads<Task, Result> {
  /** Rejects with what the task throws, and when they are closed. */
  run(task: Task): Promise<ThreadOutcome<Result>>;
  /** Waits for what is being done, refuses what still waits for its turn; then no thread is left. */
  close(): Promise<void>;
}

/** Threads for what others wrote: a hostile task may slow one down or kill it without harm to the others. `name`: of the module's function. */
export const createThreads = <Task extends object, Result>(
  module: URL,
  name: string,
  { timeoutMs, maxHeapMib, concurrency }: ThreadOptions,
): Threads<Task, Result> => {
  const pool = new Piscina<ThreadTask<Task>, Result>({
    filename: fileURLToPath(module),
    name,
    minThreads: 0,
    maxThreads: concurrency,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
    // It has no business with the environment's secrets.
    env: {},
    execArgv: [],
  });
  // The pool would let the time in its queue count; ours does not.
  const inTurn = pLimit(concurrency);
  let closed = false;

  const runNow = async (task: Task): Promise<ThreadOutcome<Result>> => {
    // The pool would start threads anew.
    if (closed) throw new Error('the reader threads are closed');
    const controller = new AbortController();
    const { port1: begun, port2 } = new MessageChannel();
    let timer: NodeJS.Timeout | undefined;
    begun.once('message', () => {
      timer = setTimeout(() => controller.abort(), timeoutMs);
    });
    try {
      const options = { signal: controller.signal, transferList: [port2] };
      return { kind: 'done', result: await pool.run({ ...task, begun: port2 }, options) };
    } catch (error) {
      if (controller.signal.aborted) return { kind: 'too_long' };
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        return { kind: 'too_much_memory' };
      throw error;
    } finally {
      begun.close();
      clearTimeout(timer);
    }
  };

  return {
    run: (task) => inTurn(() => runNow(task)),
    close: () => {
      closed = true;
      return pool.close();
    },
  };
};
