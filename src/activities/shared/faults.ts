import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import type { Logger } from 'pino';

import { loggable } from '../../db/shared/errors.ts';

/**
 * SQLSTATE classes that the values of one message can cause (PostgreSQL manual, appendix A): cardinality, data, constraints, limits, a
 * trigger's own. Every other one is the system's fault, whatever the message: a server that is away, read-only or out of means, rights, a
 * schema of another version, deadlocks and time-outs, damaged data.
 */
const VALUE_CLASSES = new Set(['21', '22', '23', '54', 'P0']);
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

/** The codes of an error and its causes, from the outside to the inside. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') codes.push(cause.code);
  return codes;
}

/** Of five signs with a digit; Node's names of errors, such as EPIPE, have none. */
const isSqlState = (code: string): boolean => /^(?=.*\d)[0-9A-Z]{5}$/.test(code);

/** True when the database or the agent's use of it, not the message, is at fault: nothing is recorded against a message for that. */
export const isDatabaseAway = (error: unknown): boolean =>
  codesOf(error).some((code) => AWAY_CODES.has(code) || (isSqlState(code) && !VALUE_CLASSES.has(code.slice(0, 2))));

/** What is wrong with the system and what to do, for operators; no driver's text, which may hold what a mail holds. */
export function describeFault(error: unknown): string {
  if (!isDatabaseAway(error)) return 'The agent met an unexpected fault; the worker log has the cause.';
  const state = codesOf(error).find(isSqlState);
  if (state === undefined) return 'The agent cannot reach its database; it tries again by itself.';
  const refused = `The database refuses the agent’s statements (SQLSTATE ${state})`;
  switch (state.slice(0, 2)) {
    case '42':
    case '3F':
    case '0A':
      return `${refused}: its schema is of another release, or a right is missing. Run “tsa migrate” of the newest release, and stop workers of older ones.`;
    case '25':
      return `${refused}: it is read-only, or a transaction was broken off. Look whether it is a standby.`;
    case '53':
    case '58':
      return `${refused}: its disk is full, or memory or connections are used up. Give it more.`;
    case '28':
    case '3D':
      return `${refused}: user, password or database of DATABASE_URL are wrong.`;
    case 'XX':
      return `${refused}: its data or an index may be damaged. The log of PostgreSQL has the cause.`;
    default:
      return `${refused}; the agent tries again by itself.`;
  }
}

/** Two transactions waited for each other, or one of them too long for the other: nothing is wrong with the database itself. */
export function isDeadlock(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && (cause.code === '40P01' || cause.code === '55P03')) return true;
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
    throw ApplicationFailure.create({ type: away ? 'DatabaseAway' : 'UnexpectedFault', message: describeFault(error) });
  }
}
