import type { Client } from '@temporalio/client';

import type { Db } from '../../db/shared/connect.ts';
import { listMailboxes } from '../../db/mailboxes/mailboxes.ts';
import {
  type MailboxInput,
  mailboxWorkflowId,
  mailboxWorkflowType,
} from '../../workflows/mailboxes/mailbox.messages.ts';
import { mailQueue } from '../../workflows/shared/task-queues.ts';

/**
 * Sees to it that every mailbox has its workflow, also after one was terminated by hand or Temporal's data were lost. What runs is asked
 * for in one list; it may be seconds old: a workflow that runs and is started again stays as it is.
 */
export async function startMailboxes(db: Db, client: Client): Promise<void> {
  const mailboxes = await listMailboxes(db);
  if (mailboxes.length === 0) return;
  const missing = new Map(mailboxes.map(({ id }) => [mailboxWorkflowId(id), id]));
  const query = `WorkflowType = "${mailboxWorkflowType}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1_000 })) missing.delete(workflowId);
  for (const [workflowId, id] of missing) {
    const args: [MailboxInput] = [{ mailboxId: id }];
    await client.workflow.start<(input: MailboxInput) => Promise<void>>(mailboxWorkflowType, {
      ...{ workflowId, taskQueue: mailQueue, args },
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Reads mailbox ${String(id)}`,
    });
  }
}
