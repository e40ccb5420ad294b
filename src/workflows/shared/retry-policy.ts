import type { ActivityOptions } from '@temporalio/workflow';
import { readAttempts } from '../../activities/mailboxes/mailbox.contract.ts';

/**
 * How every activity on the database is called. One row is read or written: ten seconds without an answer is a fault of the database, retried for as
 * long as it lasts, at most a minute apart, since the workflow has nothing else to do.
 *
 * The names are of faults that no repetition mends: the row is gone. An activity throws them after two minutes without the row
 * (`src/activities/shared/unknown.ts`), and the workflow fails, which is an alert.
 */
export const databaseActivity = {
  startToCloseTimeout: '10 seconds',
  retry: {
    initialInterval: '1 second',
    maximumInterval: '1 minute',
    nonRetryableErrorTypes: ['UnknownTicket', 'UnknownApproval'],
  },
} as const satisfies ActivityOptions;

/**
 * How the activities on a mail server are called. Reading ends after ten seconds or the batch under way; it beats every two seconds, so a
 * dead worker is noticed in ten. What is down for longer than `readAttempts` belongs to the loop of the mailbox, where operators see it
 * and a wake is heard: it rests and tries again for ever (`src/workflows/mailboxes/mailbox.ts`).
 */
export const mailServerActivity = {
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '10 seconds',
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 2,
    maximumInterval: '10 seconds',
    maximumAttempts: readAttempts,
  },
} as const satisfies ActivityOptions;

/** A run goes on as a new one beyond so many events: replaying them costs a worker 0.8 ms each, less than half a second a workflow. */
export const EVENTS_PER_RUN = 500;
