import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { workflowBundle } from '../../../src/worker/temporal/workflow-bundle.ts';
import { observeTemporal } from '../../../src/worker/temporal/observe-temporal.ts';
import { approvalChangedUpdate, approvalWorkflowId } from '../../../src/workflows/approvals/approval.messages.ts';
import { type MailboxInput, mailboxWorkflowType } from '../../../src/workflows/mailboxes/mailbox.messages.ts';
import { processWorkflowTypes } from '../../../src/workflows/processes/processes.ts';
import {
  ticketChangedUpdate,
  type TicketInput,
  ticketWorkflowId,
} from '../../../src/workflows/processes/ticket.messages.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/search-attributes.ts';
import { createWorld, type World } from '../../replay/world.ts';
import { requires } from '../../support/requires.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const taskQueue = 'time';

/** temporal.api.enums.v1.IndexedValueType */
const indexedValueType = { Keyword: 2, Datetime: 6 } as const;

type Activity = (input: never) => Promise<unknown>;

requires('timeSkipping')('time, on the time-skipping server', () => {
  let environment: TestWorkflowEnvironment;
  let world: World;
  let worker: Worker;
  let running: Promise<void>;
  /** What each activity was called for, and at which time of the server, in minutes since `began`. */
  const calls: { readonly name: string; readonly key: string; readonly minute: number }[] = [];
  let began: number;
  const reads: number[] = [];

  const timed = (activities: object): Record<string, Activity> =>
    Object.fromEntries(
      Object.entries(activities as Record<string, Activity>).map(([name, activity]) => [
        name,
        async (input: never) => {
          const { number, actionId } = input as { readonly number?: string; readonly actionId?: number };
          const minute = Math.round(((await environment.currentTimeMs()) - began) / MINUTE);
          calls.push({ name, key: String(number ?? actionId), minute });
          return activity(input);
        },
      ]),
    );

  beforeAll(async () => {
    const logger = pino({ level: 'silent' });
    observeTemporal(logger);
    environment = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: inject('timeSkipping') } },
    });
    // This server cannot be asked which ones it has.
    await environment.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.entries(searchAttributeTypes).map(([name, type]) => [name, indexedValueType[type]]),
      ),
    });
    world = createWorld();
    began = await environment.currentTimeMs();
    worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(logger),
      activities: {
        ...timed(world.activities),
        readMailbox: async () => {
          reads.push(await sinceBegin());
          return Promise.resolve(
            reads.length > 25
              ? { kind: 'gone' }
              : {
                  kind: 'read',
                  mailbox: 'Support',
                  counts: {},
                  toRemove: 0,
                  postponed: 0,
                  more: false,
                  restMs: 60 * MINUTE,
                },
          );
        },
      },
    });
    running = worker.run();
  });
  afterAll(async () => {
    worker.shutdown();
    await running;
    await environment.teardown();
  });

  type Process = (input: TicketInput) => Promise<void>;
  const start = (process: string, number: string) =>
    environment.client.workflow.start<Process>(processWorkflowTypes[process] ?? '', {
      workflowId: ticketWorkflowId(number),
      taskQueue,
      args: [{ number }],
    });
  const inDays = async (days: number): Promise<string> =>
    new Date((await environment.currentTimeMs()) + days * DAY).toISOString();
  const minutesOf = (name: string, key: string): number[] =>
    calls.filter((call) => call.name === name && call.key === key).map(({ minute }) => minute);
  const sinceBegin = async (): Promise<number> => ((await environment.currentTimeMs()) - began) / MINUTE;
  const days = (count: number): number => (count * DAY) / MINUTE;

  it('an approval is reminded after two days, goes to somebody else after four, and expires after ten', async () => {
    const number = 'S270101_000001';
    const from = await sinceBegin();
    world.steps(number, [1]);
    world.setApproval(1, { remindAt: await inDays(2), escalateAt: await inDays(4), expiresAt: await inDays(10) });
    const ticket = await start('Service Request: Approval and Fulfilment', number);
    await ticket.result();
    const since = (name: string): number[] =>
      minutesOf(name, '1').map((minute) => Math.round((minute - from) / days(1)));
    expect([since('remindApprovers'), since('escalateApproval'), since('expireApproval')]).toEqual([[2], [4], [10]]);
    expect(world.ticket(number).state).toBe('closed');
  });

  it('the clocks of an approval rest while its ticket is on hold', async () => {
    const number = 'S270101_000002';
    const from = await sinceBegin();
    world.steps(number, [2]);
    world.setApproval(2, { remindAt: await inDays(2), expiresAt: await inDays(5), onHold: true });
    const ticket = await start('Service Request: Approval and Fulfilment', number);
    await environment.sleep(30 * DAY);
    expect(minutesOf('remindApprovers', '2')).toEqual([]);
    world.setApproval(2, { remindAt: await inDays(2), expiresAt: await inDays(5), onHold: false });
    await environment.client.workflow.getHandle(approvalWorkflowId(number, 2)).executeUpdate(approvalChangedUpdate);
    await ticket.result();
    const since = (name: string): number[] =>
      minutesOf(name, '2').map((minute) => Math.round((minute - from) / days(1)));
    expect([since('remindApprovers'), since('expireApproval')]).toEqual([[32], [35]]);
  });

  it('a hold ends on its day, a target is warned of, and a solved ticket is closed after its silence', async () => {
    const number = 'I270101_000001';
    const from = await sinceBegin();
    const ticket = await start('Incident: Standard Process', number);
    await environment.sleep(MINUTE);
    world.set(number, { state: 'on_hold', holdUntil: await inDays(90) });
    await ticket.executeUpdate(ticketChangedUpdate);
    await environment.sleep(91 * DAY);
    world.set(number, { warnAt: await inDays(3) });
    await ticket.executeUpdate(ticketChangedUpdate);
    await environment.sleep(4 * DAY);
    world.set(number, { state: 'solved', closeAt: await inDays(7) });
    await ticket.executeUpdate(ticketChangedUpdate);
    await ticket.result();
    const since = (name: string): number[] =>
      minutesOf(name, number).map((minute) => Math.round((minute - from) / days(1)));
    expect([since('endHold'), since('warnOfTargets'), since('closeTicket')]).toEqual([[90], [94], [102]]);
  });

  it('a change waits for its window, and is told of when it ends without it', async () => {
    const number = 'R270101_000001';
    const from = await sinceBegin();
    world.steps(number, []);
    world.set(number, { windowStart: await inDays(14), windowEnd: await inDays(15) });
    const ticket = await start('Change Request: Approval Board', number);
    await environment.sleep(13 * DAY);
    expect(world.ticket(number).phase).not.toBe('implementation');
    await environment.sleep(3 * DAY);
    expect(world.ticket(number).phase).toBe('implementation');
    const warned = minutesOf('warnOfWindow', number).map((minute) => Math.round((minute - from) / days(1)));
    expect(warned).toEqual([15]);
    world.set(number, { state: 'closed' });
    await ticket.executeUpdate(ticketChangedUpdate);
    await ticket.result();
  });

  it('an event becomes an incident when nobody has dealt with it in time', async () => {
    const number = 'E270101_000001';
    const from = await sinceBegin();
    world.set(number, { escalateAt: await inDays(1) });
    const ticket = await start('Event: Standard Process', number);
    await environment.sleep(2 * DAY);
    expect(minutesOf('escalateEvent', number).map((minute) => Math.round((minute - from) / days(1)))).toEqual([1]);
    world.set(number, { state: 'closed' });
    await ticket.executeUpdate(ticketChangedUpdate);
    await ticket.result();
  });

  it('a mailbox that is read once an hour is read so, for a day and an hour', async () => {
    const args: [MailboxInput] = [{ mailboxId: 1 }];
    await environment.client.workflow.execute<(input: MailboxInput) => Promise<void>>(mailboxWorkflowType, {
      workflowId: 'mailbox/1',
      taskQueue,
      args,
    });
    const first = reads[0] ?? Number.NaN;
    expect(reads.map((minute) => Math.round((minute - first) / 60))).toEqual(
      Array.from({ length: 26 }, (_, hour) => hour),
    );
  });
});
