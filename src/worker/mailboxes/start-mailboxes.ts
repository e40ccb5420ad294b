import type { Client } from '@temporalio/client';

import type { Db } from '../../db/shared/connect.ts';
import { listMailboxes } from '../../db/mailboxes/mailboxes.ts';
import {
  type MailboxInput,
  mailboxWorkflowId,
  mailboxWorkflowType,
} from '../../workflows/mailboxes/mailbox.messages.ts';
import { mailQueue } from '../../workflows/shared/task-queues.ts';

/** Sees to it that every mailbox has its workflow, also after one was terminated by hand or Temporal's data were lost. */
export async function startMailboxes(db: Db, client: Client): Promise<void> {
  for (const { id } of await listMailboxes(db)) {
    const args: [MailboxInput] = [{ mailboxId: id }];
    await client.workflow.start<(input: MailboxInput) => Promise<void>>(mailboxWorkflowType, {
      workflowId: mailboxWorkflowId(id),
      taskQueue: mailQueue,
      args,
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Reads mailbox ${String(id)}`,
    });
  }
}
