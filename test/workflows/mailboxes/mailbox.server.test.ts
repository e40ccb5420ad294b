import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ReadOutcome } from '../../../src/activities/mailboxes/mailbox.contract.ts';
import {
  type MailboxInput,
  mailboxWorkflowId,
  mailboxWorkflowType,
  readNowUpdate,
  statusQuery,
  wakeSignal,
} from '../../../src/workflows/mailboxes/mailbox.messages.ts';
import { mailQueue } from '../../../src/workflows/shared/task-queues.ts';
import { eventually } from '../../support/agent.ts';
import { startWorkflows, type WorkflowBench } from '../support.ts';

/** Of the SDK's own query, which the Web UI asks. */
const workflowMetadata = z.object({ currentDetails: z.string() });
const HOUR_MS = 3_600_000;
const read = (fields: Partial<Extract<ReadOutcome, { kind: 'read' }>> = {}): ReadOutcome => ({
  kind: 'read',
  mailbox: 'Support',
  counts: {},
  toRemove: 0,
  postponed: 0,
  more: false,
  restMs: HOUR_MS,
  ...fields,
});

describe('the mailbox workflow', () => {
  /** What each mailbox's reads answer, in turn; the last one stays. */
  const script = new Map<number, (() => ReadOutcome)[]>();
  const reads = new Map<number, number>();
  const removals: number[] = [];
  let bench: WorkflowBench;

  beforeAll(async () => {
    bench = await startWorkflows(mailQueue, {
      readMailbox: ({ mailboxId }) => {
        reads.set(mailboxId, (reads.get(mailboxId) ?? 0) + 1);
        const answers = script.get(mailboxId) ?? [];
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        return Promise.resolve((answer ?? read)());
      },
      removeHandled: ({ mailboxId }) => {
        removals.push(mailboxId);
        return Promise.resolve({ removed: 1, left: 0, reason: null });
      },
    });
  });
  afterAll(() => bench.stop());

  const start = (
    mailboxId: number,
    ...answers: (() => ReadOutcome)[]
  ): Promise<WorkflowHandle<(input: MailboxInput) => Promise<void>>> => {
    script.set(mailboxId, answers);
    const args: [MailboxInput] = [{ mailboxId }];
    return bench.client.workflow.start<(input: MailboxInput) => Promise<void>>(mailboxWorkflowType, {
      workflowId: mailboxWorkflowId(mailboxId),
      taskQueue: mailQueue,
      args,
    });
  };
  const readsOf = (mailboxId: number, count: number): Promise<true> =>
    eventually(`mailbox ${String(mailboxId)} is read ${String(count)} times`, () =>
      Promise.resolve((reads.get(mailboxId) ?? 0) >= count ? (true as const) : undefined),
    );

  it('removes what is handled, and adds up the counts', async () => {
    const handle = await start(
      1,
      () => read({ counts: { created: 2, rejected: 1 }, toRemove: 3, more: true }),
      () => read({ counts: { created: 1 }, toRemove: 1 }),
    );
    await readsOf(1, 2);
    const status = await eventually('both batches are counted', async () => {
      const answer = await handle.query(statusQuery);
      return answer.counts.created === 3 ? answer : undefined;
    });
    expect(status).toMatchObject({ mailbox: 'Support', state: 'waiting', counts: { created: 3, rejected: 1 } });
    expect(removals.filter((id) => id === 1)).toHaveLength(2);
  });

  it('reads a backlog without sleeping, and then rests for the interval', async () => {
    const handle = await start(
      2,
      () => read({ more: true }),
      () => read({ more: true }),
      read,
    );
    await readsOf(2, 3);
    const { nextReadAt, lastReadAt } = await eventually('it rests', async () => {
      const answer = await handle.query(statusQuery);
      return Date.parse(answer.nextReadAt ?? '') - Date.parse(answer.lastReadAt ?? '') > 0 ? answer : undefined;
    });
    expect(Date.parse(nextReadAt ?? '') - Date.parse(lastReadAt ?? '')).toBeGreaterThanOrEqual(HOUR_MS - 60_000);
  });

  it('ends its sleep for Read now and for a change of its configuration', async () => {
    const handle = await start(3, read);
    await readsOf(3, 1);
    expect(await handle.executeUpdate(readNowUpdate, { args: [{ requestedBy: 'test' }] })).toHaveProperty('queued');
    await readsOf(3, 2);
    await handle.signal(wakeSignal);
    await readsOf(3, 3);
  });

  it('shows trouble with its since-when, and goes on', async () => {
    const refused = (): ReadOutcome => ({
      kind: 'rest',
      mailbox: 'Support',
      state: 'credentials_refused',
      detail: 'The server refused the password. Enter the Password of the mailbox.',
      counts: {},
      restMs: HOUR_MS,
    });
    const handle = await start(4, refused, refused, read);
    await readsOf(4, 1);
    const first = await eventually('it is refused', async () => {
      const answer = await handle.query(statusQuery);
      return answer.state === 'credentials_refused' ? answer : undefined;
    });
    await handle.signal(wakeSignal);
    await readsOf(4, 2);
    expect((await handle.query(statusQuery)).since).toBe(first.since);
    await handle.signal(wakeSignal);
    const healed = await eventually('it is read again', async () => {
      const answer = await handle.query(statusQuery);
      return answer.state === 'waiting' ? answer : undefined;
    });
    expect(healed.detail).toBe('');
  });

  it('shows warnings in its current details beside any state, until there are none', async () => {
    const warnings = ['The client secret expires on 2026-12-08, in 3 days. Make a new one.'];
    const paused = (): ReadOutcome => ({
      kind: 'rest',
      mailbox: 'Support',
      state: 'paused',
      detail: '',
      warnings,
      counts: {},
      restMs: HOUR_MS,
    });
    const handle = await start(8, () => read({ warnings }), paused, read);
    const detailsWhen = (state: string, warned: boolean) =>
      eventually(`${state}, ${warned ? 'with' : 'without'} a warning`, async () => {
        const { currentDetails } = workflowMetadata.parse(await handle.query('__temporal_workflow_metadata'));
        const matches = currentDetails.includes(state) && currentDetails.includes('**Warning**') === warned;
        return matches ? currentDetails : undefined;
      });
    expect(await detailsWhen('waiting', true)).toContain(`**Warning**: ${warnings.join()}`);
    await handle.signal(wakeSignal);
    expect(await detailsWhen('paused', true)).toContain(warnings.join());
    await handle.signal(wakeSignal);
    await detailsWhen('waiting', false);
  });

  it('R7: takes a fault of the system for a state, never for its end', async () => {
    const fault = (): ReadOutcome => {
      throw ApplicationFailure.nonRetryable('The agent cannot use its database.', 'DatabaseAway');
    };
    const handle = await start(5, fault, read);
    const status = await eventually('the fault shows', async () => {
      const answer = await handle.query(statusQuery);
      return answer.state === 'system_error' ? answer : undefined;
    });
    expect(status.detail).toBe('The agent cannot use its database.');
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('carries its state into the next run', async () => {
    const handle = await start(6, () => read({ counts: { created: 1 }, more: (reads.get(6) ?? 0) < 80 }));
    const first = (await handle.describe()).runId;
    await readsOf(6, 80);
    const described = await eventually('it continued as new', async () => {
      const answer = await bench.client.workflow.getHandle(mailboxWorkflowId(6)).describe();
      return answer.runId === first ? undefined : answer;
    });
    expect(described.historyLength).toBeLessThan(600);
    const status = await eventually('all reads are counted', async () => {
      const answer = await bench.client.workflow.getHandle(mailboxWorkflowId(6)).query(statusQuery);
      return answer.counts.created === 80 ? answer : undefined;
    });
    expect(status.mailbox).toBe('Support');
  });

  it('ends when its mailbox was deleted', async () => {
    const handle = await start(7, () => ({ kind: 'gone' }));
    await expect(handle.result()).resolves.toBeUndefined();
  });
});
