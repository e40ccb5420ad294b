/*
 * Tells Temporal what the last transactions decided. Each row of the workflow outbox is in one of these states:
 *
 * - WAITING (`dispatched_at` null, `next_attempt_at` past or null): a turn takes at most BATCH changes and BATCH starts, oldest first, and of
 *   each ticket the oldest row alone. So the rows of a ticket are told in order. Taking leads to LEASED.
 * - LEASED (`next_attempt_at` in ten seconds): one dispatcher has it. Whatever Temporal answers leads to DISPATCHED or FAILED; a dispatcher
 *   that dies leads back to WAITING, and the row is told twice.
 * - FAILED (`attempts`, `last_error`): waits 1 s, 2 s, 4 s … at most five minutes, and then again. After five failures it holds back the
 *   later rows of its ticket no longer: what a process is told is to read, in whatever order.
 * - DISPATCHED: the end.
 *
 * A repetition is harmless: the workflow id keeps a second run from starting, the row's id is the update's id.
 *
 * A row does one of four things:
 *
 * - FIRST START, of a ticket just created. The work of one that needs no approval is begun here, before its workflow starts, and the
 *   ticket goes along as it is then: the workflow has nothing to do but wait, and costs one workflow task. A change that is committed after
 *   that reading has a row of its own, which comes later. A late repetition, after the run has ended, starts no other one.
 * - START of a process that was lost: the workflow reads the ticket.
 * - CHANGE: the update `ticketChanged`, with start, because a ticket that is reopened after its process ended needs a new run.
 * - CHANGE OF AN APPROVAL: the update `approvalChanged`. One that has not begun, or has ended, needs to hear nothing.
 */
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';

import { withWindow } from '../../activities/processes/change-window.ts';
import { beginWork } from '../../db/processes/begin-work.ts';
import { listTicketSnapshots } from '../../db/processes/ticket-snapshot.ts';
import type { Db } from '../../db/shared/connect.ts';
import {
  isFirstStart,
  markDispatched,
  markDispatchFailed,
  takeUndispatched,
  type WorkflowOutboxEntry,
} from '../../db/processes/workflow-outbox.ts';
import { firstWorkPhase } from '../../domain/processes/process.ts';
import type { DateOptions } from '../../instructions/values/dates.ts';
import { approvalChangedUpdate, approvalWorkflowId } from '../../workflows/approvals/approval.messages.ts';
import { processWorkflowTypes } from '../../workflows/processes/processes.ts';
import { searchAttributes } from '../../workflows/shared/search-attributes.ts';
import { ticketQueue } from '../../workflows/shared/task-queues.ts';
import { ticketChangedUpdate, type TicketInput, ticketWorkflowId } from '../../workflows/processes/ticket.messages.ts';

/** Starts, and changes, under way at once: enough to keep a small Temporal server busy, few enough to leave it room. */
const BATCH = 20;

/**
 * While mails wait a process is started when it has waited for so long, in ms, and not before. A start costs some sixty times what a mail
 * does, most of it in the Temporal server: at full pace a backlog of mails would be read no faster than processes start.
 */
const STARTED_IN_BACKLOG_AFTER = 10_000;

export interface DispatchDeps {
  readonly db: Db;
  readonly client: Client;
  /** Mails wait to be handled: they go first. */
  readonly inBacklog: boolean;
  /** Of the window that a change request names. */
  readonly dates: DateOptions;
}

/**
 * One turn, as the head of this file says.
 * @returns true when there is more to dispatch now
 */
export async function dispatchWorkflowOutbox({ db, client, inBacklog, dates }: DispatchDeps): Promise<boolean> {
  const changes = await takeUndispatched(db, 'changes', BATCH);
  const starts = await takeUndispatched(db, 'starts', BATCH, inBacklog ? STARTED_IN_BACKLOG_AFTER : 0);
  const done: number[] = [];
  const tell = async (entry: WorkflowOutboxEntry, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      done.push(entry.id);
    } catch (error) {
      await markDispatchFailed(db, entry.id, error instanceof Error ? error.message : String(error));
    }
  };
  await Promise.all([
    ...changes.map((entry) => tell(entry, () => dispatchChange(client, entry))),
    ...starts.map((entry) =>
      tell(entry, () => (isFirstStart(entry) ? startFirst({ db, client, dates }, entry) : start(client, entry))),
    ),
  ]);
  await markDispatched(db, done);
  const full = changes.length === BATCH || starts.length === BATCH;
  return full && done.length > 0;
}

type Process = (input: TicketInput) => Promise<void>;

/** Throws for a process that there is none of. */
const workflowTypeOf = ({ process }: WorkflowOutboxEntry): string => {
  const workflowType = processWorkflowTypes[process];
  if (workflowType === undefined)
    throw new Error(
      `no workflow runs the process "${process}": name one of ${Object.keys(processWorkflowTypes).join(', ')} in the category`,
    );
  return workflowType;
};

const startOptions = ({ ticketNumber, process }: WorkflowOutboxEntry) => ({
  workflowId: ticketWorkflowId(ticketNumber),
  taskQueue: ticketQueue,
  args: [{ number: ticketNumber }] satisfies [TicketInput],
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  typedSearchAttributes: [{ key: searchAttributes.ticket, value: ticketNumber }],
  staticSummary: `${process}: ${ticketNumber}`,
});

async function start(client: Client, entry: WorkflowOutboxEntry): Promise<void> {
  await client.workflow.start<Process>(workflowTypeOf(entry), startOptions(entry));
}

async function startFirst(
  { db, client, dates }: Pick<DispatchDeps, 'db' | 'client' | 'dates'>,
  entry: WorkflowOutboxEntry,
): Promise<void> {
  const { ticketNumber: number, process } = entry;
  const workflowType = workflowTypeOf(entry);
  const phase = firstWorkPhase(process);
  if (phase !== null) await beginWork(db, { number, phase, from: null, now: new Date().toISOString() });
  const stored = (await listTicketSnapshots(db, [number])).get(number);
  if (stored === undefined) throw new Error(`There is no ticket ${number}.`);
  const ticket = withWindow(stored, dates);
  const options = startOptions(entry);
  try {
    await client.workflow.start<Process>(workflowType, {
      ...options,
      args: [{ number, ticket }],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      typedSearchAttributes: [
        ...options.typedSearchAttributes,
        { key: searchAttributes.category, value: ticket.category },
        { key: searchAttributes.ticketState, value: ticket.state },
      ],
    });
  } catch (error) {
    // It was started before, and has ended.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

async function dispatchChange(client: Client, entry: WorkflowOutboxEntry): Promise<void> {
  if (entry.kind === 'approval_changed') return tellApproval(client, entry);
  const options = startOptions(entry);
  try {
    await client.workflow.executeUpdateWithStart(ticketChangedUpdate, {
      updateId: `workflow-outbox/${String(entry.id)}`,
      startWorkflowOperation: new WithStartWorkflowOperation<Process>(workflowTypeOf(entry), options),
      args: [],
    });
  } catch (error) {
    if (!(await hasEndedWithIt(client, options.workflowId, error))) throw error;
    // A new run reads the ticket as it is.
    await start(client, entry);
  }
}

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
