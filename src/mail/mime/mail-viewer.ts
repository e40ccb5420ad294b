import type { ReadOptions } from '../../instructions/read-instruction.ts';
import type { MailView } from './mail-view.ts';
import type { ViewTask } from './mime-worker.ts';
import { defaultMimeLimits } from './parts/mime-limits.ts';
import { createThreads, type ThreadOptions } from './threads.ts';
import type { UnderstoodMail, Understanding } from './understand.ts';

export interface MailViewer {
  /** Null for a mail that cannot be read, or not within the time or memory. Throws only when the viewer is closed. */
  view(raw: Uint8Array, options: ReadOptions): Promise<MailView | null>;
  /** As the worker understands it, without the contents of its attachments; null and throws as above. */
  understand(raw: Uint8Array, options: ReadOptions): Promise<UnderstoodMail | null>;
  /** Waits for what is being read; then no thread is left. */
  close(): Promise<void>;
}

/** Time and memory are for one mail: somebody waits before a screen, and others wait behind it. */
const bounds: ThreadOptions = { timeoutMs: 10_000, maxHeapMib: 256, concurrency: 1 };

/** Reads stored mails for show in a thread of its own, which a hostile mail may slow down or kill without harm to the API. */
export const createMailViewer = (options: Partial<ThreadOptions> = {}): MailViewer => {
  const module = new URL('mime-worker.ts', import.meta.url);
  const bounded = { ...bounds, ...options };
  const views = createThreads<ViewTask, MailView | null>(module, 'viewMail', bounded);
  const understandings = createThreads<ViewTask, Understanding>(module, 'understandMail', bounded);
  return {
    view: async (raw, readOptions) => {
      const outcome = await views.run({ raw, limits: defaultMimeLimits, readOptions });
      return outcome.kind === 'done' ? outcome.result : null;
    },
    understand: async (raw, readOptions) => {
      const outcome = await understandings.run({ raw, limits: defaultMimeLimits, readOptions });
      return outcome.kind === 'done' && outcome.result.ok ? outcome.result : null;
    },
    close: async () => {
      await Promise.all([views.close(), understandings.close()]);
    },
  };
};
