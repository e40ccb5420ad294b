import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import type { Logger } from 'pino';

import { loggable } from '../../db/shared/errors.ts';

/**
 * SQLSTATE classes of a fault that is the system's, whatever the message (PostgreSQL manual, appendix A): a server that is away, starting,
 * stopping, read-only or out of means; rights; a schema of another version; deadlocks and time-outs; damaged data. Not those that
 * values can cause: 21, 22, 23, 54.
 */
const SYSTEM_CLASSES = ['08', '0A', '25', '26', '28', '3D', '3F', '40', '42', '53', '55', '57', '58', 'F0', 'XX'];
/** The driver's and Node's codes for a connection that is not there. */
const AWAY_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
]);

/** True when the database or the agent's use of it, not the message, is the trouble: nothing is recorded against a message for that. */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
    if (code === undefined) continue;
    if (AWAY_CODES.has(code)) return true;
    if (/^[0-9A-Z]{5}$/.test(code) && SYSTEM_CLASSES.includes(code.slice(0, 2))) return true;
  }
  return false;
}

/**
 * Runs an activity so that history holds our words only: the cause of a fault, with whatever a driver put into it, goes to the worker's log.
 * Cancellation and ApplicationFailure pass as they are.
 */
export async function inOurWords<T>(logger: Logger, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CancelledFailure || error instanceof ApplicationFailure) throw error;
    const away = isDatabaseAway(error);
    logger.error(loggable(error), away ? 'the database cannot be used' : 'an activity failed');
    throw ApplicationFailure.create(
      away
        ? { type: 'DatabaseAway', message: 'The agent cannot use its database; it tries again by itself.' }
        : { type: 'UnexpectedFault', message: 'The agent met an unexpected fault; the worker log has the cause.' },
    );
  }
}
