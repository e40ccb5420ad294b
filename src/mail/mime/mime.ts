import { defaultMimeLimits, type MimeLimits } from './parts/mime-limits.ts';
import type { MimeReading } from './mime-parse.ts';
import type { MimeTask } from './mime-worker.ts';
import { createThreads, type ThreadOptions } from './threads.ts';

export type { MimeReading } from './mime-parse.ts';

/** The time is for one message; decoded contents do not count as memory, the message's own size bounds them. */
export interface MimeReaderOptions extends ThreadOptions {
  readonly limits: MimeLimits;
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
  const { limits, ...threadOptions } = { ...defaults, ...options };
  const threads = createThreads<MimeTask, MimeReading>(
    new URL('mime-worker.ts', import.meta.url),
    'readMime',
    threadOptions,
  );
  // Only the threads need the parsers; here they would cost each start half of its time.
  const notRead = async (raw: Uint8Array, words: string): Promise<MimeReading> =>
    (await import('./mime-parse.ts')).notRead(raw, 'unreadable', words);
  return {
    read: async (raw) => {
      const outcome = await threads.run({ raw, limits });
      switch (outcome.kind) {
        case 'done':
          return outcome.result;
        case 'too_long':
          return notRead(raw, `The message could not be read within ${threadOptions.timeoutMs / 1000} seconds.`);
        case 'too_much_memory':
          return notRead(raw, `The message could not be read within ${threadOptions.maxHeapMib} MiB of memory.`);
      }
    },
    close: () => threads.close(),
  };
};
