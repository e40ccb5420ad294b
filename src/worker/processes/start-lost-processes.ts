import type { Client } from '@temporalio/client';

import type { Db } from '../../db/shared/connect.ts';
import { enqueueStarts, listOpenTickets } from '../../db/processes/workflow-outbox.ts';
import { ticketWorkflowId } from '../../workflows/processes/ticket.messages.ts';

/**
 * Sees to it that every ticket that is not closed has its process, also after one was terminated by hand, Temporal's data were lost, or
 * a database was restored. The processes read in the database where they are. The list of what runs may be seconds old: a process that
 * runs and is started again stays as it is.
 */
export async function startLostProcesses(db: Db, client: Client): Promise<void> {
  const open = await listOpenTickets(db);
  if (open.length === 0) return;
  const missing = new Map(open.map((number) => [ticketWorkflowId(number), number]));
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"', pageSize: 1_000 }))
    missing.delete(workflowId);
  await enqueueStarts(db, [...missing.values()]);
}
