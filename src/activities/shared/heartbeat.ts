import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 2_000;

/**
 * Runs an activity's work with a heartbeat beside it, so that a dead worker is noticed by its silence, not by the activity's time limit.
 * The work itself is bounded by its own time-outs.
 */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
