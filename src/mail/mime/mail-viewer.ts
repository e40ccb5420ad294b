import type { ReadOptions } from '../../instructions/read-instruction.ts';
import type { MailView } from './mail-view.ts';
import type { ViewTask } from './mime-worker.ts';
import { defaultMimeLimits } from './parts/mime-limits.ts';
import { createThreads, type ThreadOptions } from './threads.ts';

export interface MailViewer {
  /** Null for a mail that cannot be read, or not within the time or memory. Throws only when the viewer is closed. */
  view(raw: Uint8Array, options: ReadOptions): Promise<MailView | null>;
  /** Waits for what is being read; then no thread is left. */
  close(): Promise<void>;
}

/** Time and memory are for one mail: somebody waits before a screen, and others wait behind it. */
const bounds: ThreadOptions = { timeoutMs: 10_000, maxHeapMib: 256, concurrency: 1 };

/** Reads stored mails for show in a thread of its own, which a hostile mail may slow down or kill without harm to the API. */
export const createMailViewer = (options: Partial<ThreadOptions> = {}): MailViewer => {
  const threads = createThreads<ViewTask, MailView | null>(new URL('mime-worker.ts', import.meta.url), 'viewMail', {
    ...bounds,
    ...options,
  });
  return {
    view: async (raw, readOptions) => {
      const outcome = await threads.run({ raw, limits: defaultMimeLimits, readOptions });
      return outcome.kind === 'done' ? outcome.result : null;
    },
    close: () => threads.close(),
  };
};
