import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import pLimit from 'p-limit';
import { Piscina } from 'piscina';
import { defaultMimeLimits, type MimeLimits } from './mime-limits.ts';
import { notRead, type MimeReading } from './mime-parse.ts';
import type { MimeTask } from './mime-worker.ts';

export type { MimeReading } from './mime-parse.ts';

export interface MimeReaderOptions {
  readonly limits: MimeLimits;
  /** For one message, from when a thread begins to read it: the start of a thread, long on a busy machine, is not the message's fault. */
  readonly timeoutMs: number;
  /** Of one thread; decoded contents do not count, the message's own size bounds them. */
  readonly maxHeapMib: number;
  /** Messages at a time, a thread each. */
  readonly concurrency: number;
}

export interface MimeReader {
  /** Throws for nothing that a message holds, only when the reader is closed. The caller bounds the message's size. */
  read(raw: Uint8Array): Promise<MimeReading>;
  /** Waits for what is being read, refuses what still waits for its turn; then no thread is left. */
  close(): Promise<void>;
}

const defaults: MimeReaderOptions = { limits: defaultMimeLimits, timeoutMs: 10_000, maxHeapMib: 256, concurrency: 2 };

/** Reads messages in threads of their own, which a hostile one may slow down or kill without harm to the others. */
export const createMimeReader = (options: Partial<MimeReaderOptions> = {}): MimeReader => {
  const { limits, timeoutMs, maxHeapMib, concurrency } = { ...defaults, ...options };
  const pool = new Piscina<MimeTask, MimeReading>({
    filename: fileURLToPath(new URL('mime-worker.ts', import.meta.url)),
    name: 'readMime',
    minThreads: 0,
    maxThreads: concurrency,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
    // A parser has no business with the environment's secrets.
    env: {},
    execArgv: [],
  });
  // The pool would let the time in its queue count; ours does not.
  const inTurn = pLimit(concurrency);
  let closed = false;

  const readNow = async (raw: Uint8Array): Promise<MimeReading> => {
    // The pool would start threads anew.
    if (closed) throw new Error('the MIME reader is closed');
    const controller = new AbortController();
    const { port1: begun, port2 } = new MessageChannel();
    let timer: NodeJS.Timeout | undefined;
    begun.once('message', () => {
      timer = setTimeout(() => controller.abort(), timeoutMs);
    });
    try {
      return await pool.run({ raw, limits, begun: port2 }, { signal: controller.signal, transferList: [port2] });
    } catch (error) {
      if (controller.signal.aborted)
        return notRead(raw, 'unreadable', `The message could not be read within ${timeoutMs / 1000} seconds.`);
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        return notRead(raw, 'unreadable', `The message could not be read within ${maxHeapMib} MiB of memory.`);
      throw error;
    } finally {
      begun.close();
      clearTimeout(timer);
    }
  };

  return {
    read: (raw) => inTurn(() => readNow(raw)),
    close: () => {
      closed = true;
      return pool.close();
    },
  };
};
