import type { ActivityOptions } from '@temporalio/workflow';

/**
 * How every activity on the database is called. One row is read or written: ten seconds is a database in trouble, and that is retried for as
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

/** A run goes on as a new one beyond so many events: replaying them costs a worker about a millisecond each. */
export const EVENTS_PER_RUN = 500;
