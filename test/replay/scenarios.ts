import type { Client, WorkflowHandle } from '@temporalio/client';
import { approvalChangedUpdate, approvalWorkflowId } from '../../src/workflows/approvals/approval.messages.ts';
import { processWorkflowTypes } from '../../src/workflows/processes/processes.ts';
import { ticketQueue } from '../../src/workflows/shared/task-queues.ts';
import {
  ticketChangedUpdate,
  type TicketInput,
  ticketWorkflowId,
} from '../../src/workflows/processes/ticket.messages.ts';
import { eventually } from '../support/agent.ts';
import { soon, type World } from './world.ts';

type Process = (input: TicketInput) => Promise<void>;

/** A course of a process, from its start to its end, whose history is kept. */
export interface Scenario {
  /** The name of its file. */
  readonly name: string;
  readonly process: string;
  readonly number: string;
  play(given: {
    readonly world: World;
    readonly client: Client;
    readonly ticket: WorkflowHandle<Process>;
  }): Promise<void>;
  /** Its work is begun before it starts, as the dispatcher does, and the ticket goes along with the start. */
  readonly begun?: string;
  /** Approvals whose histories are kept, too. */
  readonly approvals?: readonly number[];
}

const incident = 'Incident: Standard Process';
const service = 'Service Request: Approval and Fulfilment';
const change = 'Change Request: Approval Board';
const event = 'Event: Standard Process';

const decide = (
  client: Client,
  number: string,
  actionId: number,
  world: World,
  state: 'accepted' | 'refused' | 'withdrawn',
) =>
  eventually(`the approval ${String(actionId)} waits`, async () => {
    const handle = client.workflow.getHandle(approvalWorkflowId(number, actionId));
    if (!(await handle.describe().catch(() => undefined))) return undefined;
    world.setApproval(actionId, { state, outcome: state });
    return handle.executeUpdate(approvalChangedUpdate);
  });

/** The process has come to the phase. */
const reached = (world: World, number: string, phase: string) =>
  eventually(`${number} is at ${phase}`, () =>
    Promise.resolve(world.ticket(number).phase === phase ? true : undefined),
  );

export const scenarios: readonly Scenario[] = [
  {
    name: 'incident-solved-and-closed-after-a-time',
    process: incident,
    number: 'I260101_000001',
    async play({ world, ticket }) {
      await reached(world, this.number, 'work');
      world.set(this.number, { state: 'solved', closeAt: soon(200) });
      await ticket.executeUpdate(ticketChangedUpdate);
    },
  },
  {
    name: 'incident-begun-before-its-start',
    process: incident,
    number: 'I260101_000003',
    begun: 'work',
    async play({ world, ticket }) {
      world.set(this.number, { category: 'Incidents/Network', toAssign: true });
      await ticket.executeUpdate(ticketChangedUpdate);
      await eventually('it is assigned', () => Promise.resolve(world.ticket(this.number).toAssign ? undefined : true));
      world.set(this.number, { state: 'solved', closeAt: soon(200) });
      await ticket.executeUpdate(ticketChangedUpdate);
    },
  },
  {
    name: 'incident-held-warned-reassigned-reopened',
    process: incident,
    number: 'I260101_000002',
    async play({ world, ticket }) {
      await reached(world, this.number, 'work');
      world.set(this.number, { state: 'on_hold', holdUntil: soon(150) });
      await ticket.executeUpdate(ticketChangedUpdate);
      await eventually('the hold has ended', () =>
        Promise.resolve(world.ticket(this.number).state === 'registered' ? true : undefined),
      );
      world.set(this.number, { warnAt: soon(100), toAssign: true, category: 'Incidents/Network' });
      await ticket.executeUpdate(ticketChangedUpdate);
      await eventually('the warning was given', () =>
        Promise.resolve(world.ticket(this.number).warnAt === null ? true : undefined),
      );
      world.set(this.number, { state: 'solved', closeAt: '2100-01-01T00:00:00.000Z' });
      await ticket.executeUpdate(ticketChangedUpdate);
      world.set(this.number, { state: 'registered', closeAt: null });
      await ticket.executeUpdate(ticketChangedUpdate);
      world.set(this.number, { state: 'closed' });
      await ticket.executeUpdate(ticketChangedUpdate);
    },
  },
  {
    name: 'service-request-accepted-in-two-steps',
    process: service,
    number: 'S260101_000001',
    approvals: [10, 11],
    async play({ world, client, ticket }) {
      await decide(client, this.number, 10, world, 'accepted');
      await decide(client, this.number, 11, world, 'accepted');
      await reached(world, this.number, 'fulfilment');
      world.set(this.number, { state: 'solved', closeAt: soon(100) });
      await ticket.executeUpdate(ticketChangedUpdate);
    },
  },
  {
    name: 'service-request-refused',
    process: service,
    number: 'S260101_000002',
    approvals: [20],
    async play({ world, client }) {
      await decide(client, this.number, 20, world, 'refused');
    },
  },
  {
    name: 'service-request-reminded-escalated-expired',
    process: service,
    number: 'S260101_000003',
    approvals: [30],
    play({ world }) {
      world.setApproval(30, { remindAt: soon(200), escalateAt: soon(400), expiresAt: soon(600) });
      return Promise.resolve();
    },
  },
  {
    name: 'change-request-in-its-window',
    process: change,
    number: 'R260101_000001',
    approvals: [40],
    async play({ world, client, ticket }) {
      world.set(this.number, { windowStart: soon(1_500), windowEnd: soon(2_000) });
      await decide(client, this.number, 40, world, 'accepted');
      await reached(world, this.number, 'implementation');
      world.set(this.number, { state: 'closed' });
      await ticket.executeUpdate(ticketChangedUpdate);
    },
  },
  {
    name: 'service-request-asked-anew-and-once-more-during-its-work',
    process: service,
    number: 'S260101_000004',
    approvals: [50, 51, 52],
    async play({ world, client, ticket }) {
      world.steps(this.number, [50]);
      await eventually('the first is asked', () =>
        client.workflow
          .getHandle(approvalWorkflowId(this.number, 50))
          .describe()
          .catch(() => undefined),
      );
      world.steps(this.number, [51]);
      await decide(client, this.number, 50, world, 'withdrawn');
      await decide(client, this.number, 51, world, 'accepted');
      await reached(world, this.number, 'fulfilment');
      world.steps(this.number, [52]);
      world.set(this.number, { phase: 'approval' });
      await ticket.executeUpdate(ticketChangedUpdate);
      await decide(client, this.number, 52, world, 'accepted');
      await reached(world, this.number, 'fulfilment');
      world.set(this.number, { state: 'solved', closeAt: soon(100) });
      await ticket.executeUpdate(ticketChangedUpdate);
    },
  },
  {
    name: 'change-request-solved-while-it-waits',
    process: change,
    number: 'R260101_000002',
    approvals: [60],
    async play({ world, client }) {
      await reached(world, this.number, 'approval');
      world.set(this.number, { state: 'solved', closeAt: '2100-01-01T00:00:00.000Z' });
      await decide(client, this.number, 60, world, 'withdrawn');
    },
  },
  {
    name: 'event-escalated-and-recovered',
    process: event,
    number: 'E260101_000001',
    async play({ world, ticket }) {
      await reached(world, this.number, 'watch');
      world.set(this.number, { escalateAt: soon(100) });
      await ticket.executeUpdate(ticketChangedUpdate);
      await eventually('it is an incident', () =>
        Promise.resolve(world.ticket(this.number).escalateAt === null ? true : undefined),
      );
      world.set(this.number, { state: 'solved', closeAt: soon(100) });
      await ticket.executeUpdate(ticketChangedUpdate);
    },
  },
];

/** Plays it to its end. */
export async function playScenario(scenario: Scenario, client: Client, world: World): Promise<void> {
  const { number, process, begun } = scenario;
  world.steps(number, scenario.approvals ?? []);
  if (begun !== undefined) world.set(number, { phase: begun, begun: true, toAssign: false });
  const ticket = await client.workflow.start<Process>(processWorkflowTypes[process] ?? '', {
    workflowId: ticketWorkflowId(number),
    taskQueue: ticketQueue,
    args: [begun === undefined ? { number } : { number, ticket: world.ticket(number) }],
  });
  await scenario.play({ world, client, ticket });
  await ticket.result();
}
