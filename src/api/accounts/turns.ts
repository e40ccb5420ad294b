import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../http/problem.ts';

/** Who may be about to have a password compared, in this process. */
export interface Turns {
  /** Throws 503 with Retry-After when as many wait as may wait, or as may of this key. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** `all`: places there are; `each`: of them at most for one key; `pauseMs`: before the work begins. */
export const createTurns = ({
  all,
  each,
  pauseMs = 0,
}: {
  readonly all: number;
  readonly each: number;
  readonly pauseMs?: number;
}): Turns => {
  const held = new Map<string, number>();
  let total = 0;
  return {
    async run(key, work) {
      const own = held.get(key) ?? 0;
      if (total >= all || own >= each)
        throw problem(503, 'Too many people are signing in at this moment: try again in a few seconds.', {
          'Retry-After': '3',
        });
      total += 1;
      held.set(key, own + 1);
      try {
        if (pauseMs > 0) await sleep(pauseMs);
        return await work();
      } finally {
        total -= 1;
        const left = (held.get(key) ?? 1) - 1;
        if (left === 0) held.delete(key);
        else held.set(key, left);
      }
    },
  };
};
