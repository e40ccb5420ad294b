import type { Client } from '@temporalio/client';
import { mailboxWorkflowId } from '../src/workflows/mailboxes/mailbox.messages.ts';
import { ticketWorkflowId } from '../src/workflows/processes/ticket.messages.ts';

export interface HistoryCosts {
  readonly bytes: number;
  readonly events: number;
  readonly activities: number;
}

/** What a mailbox's workflow has written, over all of its runs. */
export async function mailboxHistory(client: Client, mailboxId: number): Promise<HistoryCosts> {
  const workflowId = mailboxWorkflowId(mailboxId);
  const costs = { bytes: 0, events: 0, activities: 0 };
  // From the last run back: the first event of each names the one before it, whatever visibility knows by now.
  for (let runId: string | undefined; ;) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { historySize = 0 } = await handle.describe();
    const events = (await handle.fetchHistory()).events ?? [];
    costs.bytes += historySize;
    costs.events += events.length;
    costs.activities += events.filter((event) => event.activityTaskScheduledEventAttributes != null).length;
    runId = events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
    if (runId === '') return costs;
  }
}

/** Bytes that the process of one new ticket has written, on average of those given. */
export async function ticketHistoryBytes(client: Client, numbers: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    numbers.map(async (number) => (await client.workflow.getHandle(ticketWorkflowId(number)).describe()).historySize),
  );
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0) / numbers.length;
}
