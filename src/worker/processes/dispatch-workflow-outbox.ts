import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';

import type { Db } from '../../db/shared/connect.ts';
import {
  markDispatched,
  markDispatchFailed,
  takeUndispatched,
  type WorkflowOutboxEntry,
} from '../../db/processes/workflow-outbox.ts';
import { approvalChangedUpdate, approvalWorkflowId } from '../../workflows/approvals/approval.messages.ts';
import { processWorkflowTypes } from '../../workflows/processes/processes.ts';
import { searchAttributes } from '../../workflows/shared/search-attributes.ts';
import { ticketQueue } from '../../workflows/shared/task-queues.ts';
import { ticketChangedUpdate, type TicketInput, ticketWorkflowId } from '../../workflows/processes/ticket.messages.ts';

/** Starts, and changes, under way at once: enough to keep a small Temporal server busy, few enough to leave it room. */
const BATCH = 20;

/**
 * Starts of one turn while mails wait. A start costs some sixty times what a mail does, most of it in the Temporal server: at full pace a backlog
 * of mails would be read no faster than processes start.
 */
const STARTS_IN_BACKLOG = 5;

export interface DispatchDeps {
  readonly db: Db;
  readonly client: Client;
  /** Mails wait to be handled: they go first. */
  readonly inBacklog: boolean;
}

/**
 * Tells Temporal what the last transactions decided: starts processes and sends them `ticketChanged`, in order for each ticket,
 * at least once. Workflow id and update id make a repetition harmless. What fails is tried again by its own row's clock.
 * @returns true when there is more to dispatch now; in a backlog, more changes
 */
export async function dispatchWorkflowOutbox({ db, client, inBacklog }: DispatchDeps): Promise<boolean> {
  const changes = await takeUndispatched(db, 'changes', BATCH);
  const starts = await takeUndispatched(db, 'starts', inBacklog ? STARTS_IN_BACKLOG : BATCH);
  const entries = [...changes, ...starts];
  // One entry a ticket and turn: the next one of the same ticket waits for this one.
  const done: number[] = [];
  await Promise.all(
    entries.map(async (entry) => {
      try {
        await dispatch(client, entry);
        done.push(entry.id);
      } catch (error) {
        await markDispatchFailed(db, entry.id, error instanceof Error ? error.message : String(error));
      }
    }),
  );
  await markDispatched(db, done);
  const full = changes.length === BATCH || (!inBacklog && starts.length === BATCH);
  return full && done.length > 0;
}

type Process = (input: TicketInput) => Promise<void>;

async function dispatch(client: Client, entry: WorkflowOutboxEntry): Promise<void> {
  if (entry.kind === 'approval_changed') return tellApproval(client, entry);
  const { id, kind, ticketNumber, process } = entry;
  const workflowType = processWorkflowTypes[process];
  if (workflowType === undefined)
    throw new Error(
      `no workflow runs the process "${process}": name one of ${Object.keys(processWorkflowTypes).join(', ')} in the category`,
    );
  const options = {
    workflowId: ticketWorkflowId(ticketNumber),
    taskQueue: ticketQueue,
    args: [{ number: ticketNumber }] satisfies [TicketInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    typedSearchAttributes: [{ key: searchAttributes.ticket, value: ticketNumber }],
    staticSummary: `${process}: ${ticketNumber}`,
  };
  if (kind === 'start_ticket') {
    await client.workflow.start<Process>(workflowType, options);
    return;
  }
  // With start: a ticket that is reopened after its process ended gets a new run.
  try {
    await client.workflow.executeUpdateWithStart(ticketChangedUpdate, {
      updateId: `workflow-outbox/${String(id)}`,
      startWorkflowOperation: new WithStartWorkflowOperation<Process>(workflowType, options),
      args: [],
    });
  } catch (error) {
    if (!(await hasEndedWithIt(client, options.workflowId, error))) throw error;
    // A new run reads the ticket as it is.
    await client.workflow.start<Process>(workflowType, options);
  }
}

/** An approval that has not begun reads where it stands when it does, and one that has ended needs to hear nothing. */
async function tellApproval(client: Client, { id, ticketNumber, payload }: WorkflowOutboxEntry): Promise<void> {
  const workflow = client.workflow.getHandle(approvalWorkflowId(ticketNumber, Number(payload['actionId'])));
  try {
    await workflow.executeUpdate(approvalChangedUpdate, { updateId: `workflow-outbox/${String(id)}` });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError) && !(await hasEndedWithIt(client, workflow.workflowId, error)))
      throw error;
  }
}

/** A run took the update and ended before it was done: it answers so for ever. */
async function hasEndedWithIt(client: Client, workflowId: string, error: unknown): Promise<boolean> {
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  const { status } = await client.workflow.getHandle(workflowId).describe();
  return status.name !== 'RUNNING';
}
