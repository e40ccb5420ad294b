import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import {
  mailboxWorkflowId,
  mailboxWorkflowType,
  readNowUpdate,
  wakeSignal,
  type MailboxInput,
} from '../../workflows/mailboxes/mailbox.messages.ts';
import type { MailboxControl } from '../http/ports.ts';

export interface TemporalControlOptions {
  readonly client: Client;
  /** The queue that the mailbox workflows are served on. */
  readonly taskQueue: string;
}

/** A request waits for nobody longer; the server itself answers in milliseconds. */
const PATIENCE_MS = 5_000;

const FAILED_WITHIN_MS = 24 * 3_600_000;

type MailboxWorkflow = (input: MailboxInput) => Promise<void>;

/** MailboxControl on Temporal: one workflow a mailbox by its id, so that every call may be repeated. */
export const createTemporalControl = ({ client, taskQueue }: TemporalControlOptions): MailboxControl => {
  const startOptions = (mailboxId: number) => {
    const args: [MailboxInput] = [{ mailboxId }];
    return {
      workflowId: mailboxWorkflowId(mailboxId),
      taskQueue,
      args,
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      staticSummary: `Reads mailbox ${String(mailboxId)}`,
    };
  };
  const soon = <T>(ask: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + PATIENCE_MS, ask);
  return {
    async wake(mailboxId) {
      await soon(() =>
        client.workflow.signalWithStart<MailboxWorkflow>(mailboxWorkflowType, {
          ...startOptions(mailboxId),
          signal: wakeSignal,
        }),
      );
    },
    async readNow(mailboxId, by) {
      return soon(() =>
        client.workflow.executeUpdateWithStart(readNowUpdate, {
          startWorkflowOperation: new WithStartWorkflowOperation<MailboxWorkflow>(
            mailboxWorkflowType,
            startOptions(mailboxId),
          ),
          args: [{ requestedBy: by }],
        }),
      );
    },
    async countFailedRuns() {
      const since = new Date(Date.now() - FAILED_WITHIN_MS).toISOString();
      const query = `ExecutionStatus IN ("Failed", "TimedOut") AND CloseTime > "${since}"`;
      return (await soon(() => client.workflow.count(query))).count;
    },
    async check() {
      await soon(() => client.workflowService.getSystemInfo({}));
    },
  };
};
