import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { DispositionCounts } from '../../activities/mailboxes/mailbox.contract.ts';
import type { MailboxState } from '../../domain/mailboxes/mailbox.ts';

/** What a mailbox workflow carries from run to run: all of its state, as JSON. Times are ISO 8601 UTC. */
export interface MailboxStatus {
  /** Its name on the form; null before the first read. */
  readonly mailbox: string | null;
  readonly state: MailboxState;
  /** When the state began. */
  readonly since: string;
  /** What is wrong and what to do; empty when nothing is. */
  readonly detail: string;
  /** What will go wrong if nothing is done, each with its remedy, whatever the state; absent: nothing. */
  readonly warnings?: readonly string[];
  /** End of the last read that reached the server. */
  readonly lastReadAt: string | null;
  readonly nextReadAt: string | null;
  /** Messages by disposition since the workflow first started. */
  readonly counts: DispositionCounts;
}

export interface MailboxInput {
  readonly mailboxId: number;
  /** Absent in the first run. */
  readonly carried?: MailboxStatus;
}

/** The name under which the workflow is registered: the name of its function. */
export const mailboxWorkflowType = 'mailboxWorkflow';

export const mailboxWorkflowId = (mailboxId: number): string => `mailbox/${String(mailboxId)}`;

/** The configuration changed, or somebody wants it read soon: the sleep ends now. */
export const wakeSignal = defineSignal('wake');

/** Reads now; `queued` is true when a read was under way and this one follows it. */
export const readNowUpdate = defineUpdate<{ readonly queued: boolean }, [{ readonly requestedBy: string }]>('readNow');

export const statusQuery = defineQuery<MailboxStatus>('status');
