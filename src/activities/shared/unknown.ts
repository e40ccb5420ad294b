import { ApplicationFailure, Context } from '@temporalio/activity';

/** With rests that double from a second, two minutes: a row that was written is seen long before. */
const LOOKED_FOR = 8;

/**
 * What a process is about was not found. Looked for a while before the process fails: a process that failed does not come back by itself.
 * `type` is what the workflows' retry policies do not retry.
 */
export const unknown = (type: 'UnknownTicket' | 'UnknownApproval', message: string): ApplicationFailure =>
  Context.current().info.attempt < LOOKED_FOR
    ? ApplicationFailure.create({ type: 'NotFoundYet', message })
    : ApplicationFailure.nonRetryable(message, type);
