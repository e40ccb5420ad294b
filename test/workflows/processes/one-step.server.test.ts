import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketSnapshot } from '../../../src/domain/processes/ticket-snapshot.ts';
import { processWorkflowTypes } from '../../../src/workflows/processes/processes.ts';
import {
  ticketChangedUpdate,
  type TicketInput,
  ticketWorkflowId,
} from '../../../src/workflows/processes/ticket.messages.ts';
import { ticketQueue } from '../../../src/workflows/shared/task-queues.ts';
import { startWorkflows, ticketView, type WorkflowBench } from '../support.ts';

describe('the steps of a ticket', () => {
  const calls: string[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  let assigned = false;
  let bench: WorkflowBench;

  const slow =
    (name: string, effect: () => void = () => undefined) =>
    async (): Promise<TicketSnapshot> => {
      calls.push(name);
      underWay += 1;
      mostAtOnce = Math.max(mostAtOnce, underWay);
      await sleep(200);
      effect();
      underWay -= 1;
      return { ...ticketView, toAssign: !assigned };
    };
  const assign = (): void => {
    assigned = true;
  };

  beforeAll(async () => {
    bench = await startWorkflows(ticketQueue, {
      readTicket: slow('readTicket'),
      beginWork: slow('beginWork', assign),
      assignTicket: slow('assignTicket', assign),
    });
  });
  afterAll(() => bench.stop());

  it('3.3: come one after the other, and what one has done is not done again', async () => {
    const number = 'I260101_000009';
    const handle = await bench.client.workflow.start<(input: TicketInput) => Promise<void>>(
      processWorkflowTypes['Incident: Standard Process'] ?? '',
      { workflowId: ticketWorkflowId(number), taskQueue: ticketQueue, args: [{ number }] },
    );
    await Promise.all(Array.from({ length: 3 }, () => handle.executeUpdate(ticketChangedUpdate)));
    await handle.executeUpdate(ticketChangedUpdate);
    await handle.terminate();
    expect(mostAtOnce).toBe(1);
    expect(calls.filter((name) => name !== 'readTicket')).toEqual(['beginWork']);
  });
});
