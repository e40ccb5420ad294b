import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 2_000;

/**
 * Runs an activity's work with a heartbeat beside it, so that a dead worker is noticed by its silence, not by the activity's time limit:
 * also one whose database has fallen silent, for each beat is the answer to a question. The work with the mail server is bounded by its
 * own time-outs.
 */
export async function withHeartbeat<T>(ping: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  let asking = false;
  const beat = setInterval(() => {
    if (asking) return;
    asking = true;
    // One that refuses is not silent: the work meets it, too, and says so.
    void ping()
      .catch(() => undefined)
      .then(() => {
        asking = false;
        context.heartbeat();
      });
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
