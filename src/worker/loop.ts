import type { Logger } from 'pino';

import { loggable } from '../db/shared/errors.ts';

export interface Loop {
  /** Runs again at once instead of after the pause. */
  readonly wake: () => void;
  /** Resolves when the turn that is under way has ended; no other begins. */
  readonly stop: () => Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** Between two turns that found nothing, ms. */
  readonly pauseMs: number;
  readonly logger: Logger;
  /** One turn; true when there is more to do now. A throw is logged, and the loop goes on after a pause. */
  readonly turn: () => Promise<boolean>;
}

/** Work that goes on beside the workflows, one turn at a time, until stopped. */
export function startLoop({ name, pauseMs, logger, turn }: LoopOptions): Loop {
  const state = { woken: false, stopping: false };
  let endPause: () => void = () => undefined;

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const woken = (): boolean => state.woken;
  const stopping = (): boolean => state.stopping; // a function: it changes while a turn is awaited
  const run = async (): Promise<void> => {
    while (!stopping()) {
      state.woken = false;
      const more = await turn().catch((error: unknown) => {
        logger.error(loggable(error), `${name}: this turn failed, the next one follows`);
        return false;
      });
      if (!more && !woken() && !stopping()) await pause();
    }
  };
  const ended = run();

  return {
    wake: () => {
      state.woken = true;
      endPause();
    },
    stop: async () => {
      state.stopping = true;
      endPause();
      await ended;
    },
  };
}
