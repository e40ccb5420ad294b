import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketState } from '../../../src/domain/tickets/ticket.ts';
import { processWorkflowTypes } from '../../../src/workflows/processes/processes.ts';
import { ticketQueue } from '../../../src/workflows/shared/task-queues.ts';
import {
  ticketChangedUpdate,
  type TicketInput,
  ticketStatusQuery,
  ticketWorkflowId,
} from '../../../src/workflows/processes/ticket.messages.ts';
import { eventually } from '../../support/agent.ts';
import { startWorkflows, ticketView, type WorkflowBench } from '../support.ts';

interface Row {
  state: TicketState;
  closeAt: string | null;
}

describe('Incident: Standard Process', () => {
  /** The tickets as the database would have them. */
  const rows = new Map<string, Row>();
  let bench: WorkflowBench;
  const row = (number: string): Row => rows.get(number) ?? { state: 'registered', closeAt: null };

  beforeAll(async () => {
    bench = await startWorkflows(ticketQueue, {
      readTicket: ({ number }) => Promise.resolve({ ...ticketView, ...row(number) }),
      askConfirmation: ({ number }) => Promise.resolve({ ...ticketView, ...row(number) }),
      beginWork: ({ number }) => Promise.resolve({ ...ticketView, ...row(number) }),
      closeTicket: ({ number }) => {
        const { state, closeAt } = row(number);
        if (state === 'solved' && closeAt !== null && Date.parse(closeAt) <= Date.now())
          rows.set(number, { state: 'closed', closeAt: null });
        return Promise.resolve({ ...ticketView, ...row(number) });
      },
    });
  });
  afterAll(() => bench.stop());

  const start = (number: string) => {
    const args: [TicketInput] = [{ number }];
    const type = processWorkflowTypes['Incident: Standard Process'] ?? '';
    return bench.client.workflow.start<(input: TicketInput) => Promise<void>>(type, {
      workflowId: ticketWorkflowId(number),
      taskQueue: ticketQueue,
      args,
    });
  };
  const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

  it('answers a change with the state that it read', async () => {
    const handle = await start('I260101_000001');
    rows.set('I260101_000001', { state: 'on_hold', closeAt: null });
    expect(await handle.executeUpdate(ticketChangedUpdate)).toEqual({ state: 'on_hold' });
    expect(await handle.query(ticketStatusQuery)).toEqual({ state: 'on_hold', waitingFor: 'the end of its hold' });
  });

  it('closes a solved ticket after its time, and ends', async () => {
    const handle = await start('I260101_000002');
    rows.set('I260101_000002', { state: 'solved', closeAt: soon(300) });
    await handle.executeUpdate(ticketChangedUpdate);
    await handle.result();
    expect(row('I260101_000002').state).toBe('closed');
  });

  it('leaves a ticket open that was reopened before its time', async () => {
    const handle = await start('I260101_000003');
    rows.set('I260101_000003', { state: 'solved', closeAt: soon(1_500) });
    await handle.executeUpdate(ticketChangedUpdate);
    rows.set('I260101_000003', { state: 'registered', closeAt: null });
    expect(await handle.executeUpdate(ticketChangedUpdate)).toEqual({ state: 'registered' });
    const status = await eventually('it waits for an operation', async () => {
      const answer = await handle.query(ticketStatusQuery);
      return answer.state === 'registered' ? answer : undefined;
    });
    expect(status.waitingFor).toContain('operation');
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('drops a repeated delivery of the same change', async () => {
    const handle = await start('I260101_000004');
    await eventually('work has begun', async () =>
      (await handle.query(ticketStatusQuery)).waitingFor.includes('operation') ? true : undefined,
    );
    rows.set('I260101_000004', { state: 'on_hold', closeAt: null });
    const deliver = () => handle.executeUpdate(ticketChangedUpdate, { updateId: 'workflow-outbox/7' });
    expect(await deliver()).toEqual({ state: 'on_hold' });
    const { historyLength } = await handle.describe();
    expect(await deliver()).toEqual({ state: 'on_hold' });
    expect((await handle.describe()).historyLength).toBe(historyLength);
  });
});
