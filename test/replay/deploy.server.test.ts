import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { expect, it, onTestFinished } from 'vitest';
import {
  approvalChangedUpdate,
  approvalStatusQuery,
  approvalWorkflowId,
} from '../../src/workflows/approvals/approval.messages.ts';
import { processWorkflowTypes } from '../../src/workflows/processes/processes.ts';
import { ticketQueue } from '../../src/workflows/shared/task-queues.ts';
import { type TicketInput, ticketWorkflowId } from '../../src/workflows/processes/ticket.messages.ts';
import { eventually } from '../support/agent.ts';
import { createTestNamespace } from '../support/namespace.ts';
import { startWorkflows } from '../workflows/support.ts';
import { createWorld } from './world.ts';

const root = path.resolve(import.meta.dirname, '../..');
const approvals = 100;
const numberOf = (index: number): string => `S270201_${String(index).padStart(6, '0')}`;

/** The workflows of the next release: an approval does one thing more at its beginning, behind a patch, and its words are other ones. */
async function nextRelease(): Promise<WorkflowBundleWithSourceMap> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(root, 'src'), path.join(folder, 'src'), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const file = path.join(folder, 'src', 'workflows', 'approvals', 'approval.ts');
  const before = readFileSync(file, 'utf8');
  const after = before
    .replace("remind: 'until a reminder'", "remind: 'until they are reminded'")
    .replace(
      '  let now = await take(',
      "  if (wf.patched('pause-2027-02')) await wf.sleep('1 ms');\n  let now = await take(",
    );
  expect(after.length - before.length).toBeGreaterThan(60);
  writeFileSync(file, after);
  return bundleWorkflowCode({ workflowsPath: path.join(folder, 'src', 'workflows', 'index.ts') });
}

it('F21: approvals that wait go on under changed workflow code, and are decided', async () => {
  const temporal = await createTestNamespace();
  const world = createWorld();
  const first = await startWorkflows(ticketQueue, world.activities, { temporal });
  const all = Array.from({ length: approvals }, (_, index) => index + 1);
  for (const index of all) {
    world.steps(numberOf(index), [index]);
    await first.client.workflow.start<(input: TicketInput) => Promise<void>>(
      processWorkflowTypes['Service Request: Approval and Fulfilment'] ?? '',
      { workflowId: ticketWorkflowId(numberOf(index)), taskQueue: ticketQueue, args: [{ number: numberOf(index) }] },
    );
  }
  for (const index of all)
    await eventually(`approval ${String(index)} waits`, () =>
      first.client.workflow
        .getHandle(approvalWorkflowId(numberOf(index), index))
        .query(approvalStatusQuery)
        .then(
          ({ state }) => (state === 'waiting' ? true : undefined),
          () => undefined,
        ),
    );
  await first.stop();

  const second = await startWorkflows(ticketQueue, world.activities, { temporal, bundle: await nextRelease() });
  try {
    await Promise.all(
      all.map(async (index) => {
        const number = numberOf(index);
        world.setApproval(index, { state: 'refused', outcome: 'refused' });
        const approval = second.client.workflow.getHandle(approvalWorkflowId(number, index));
        await approval.executeUpdate(approvalChangedUpdate);
        expect(await approval.result()).toEqual({ state: 'refused', outcome: 'refused' });
        await second.client.workflow.getHandle(ticketWorkflowId(number)).result();
      }),
    );
    expect(all.filter((index) => world.ticket(numberOf(index)).state !== 'closed')).toEqual([]);
  } finally {
    await second.stop();
  }
});
