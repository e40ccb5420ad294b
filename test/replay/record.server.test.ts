import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowBundle } from '../../src/worker/temporal/workflow-bundle.ts';
import { approvalWorkflowId } from '../../src/workflows/approvals/approval.messages.ts';
import { ticketQueue } from '../../src/workflows/shared/task-queues.ts';
import { ticketWorkflowId } from '../../src/workflows/processes/ticket.messages.ts';
import { startWorkflows, type WorkflowBench } from '../workflows/support.ts';
import { historiesFolder } from './histories.ts';
import { playScenario, scenarios } from './scenarios.ts';
import { createWorld, type World } from './world.ts';

/** `TSA_RECORD_HISTORIES=1 npx vitest run --project servers test/replay` writes the files anew. */
const record = process.env['TSA_RECORD_HISTORIES'] === '1';

describe('the processes, played on a real server', () => {
  let world: World;
  let bench: WorkflowBench;
  beforeAll(async () => {
    world = createWorld();
    bench = await startWorkflows(ticketQueue, world.activities);
  });
  afterAll(() => bench.stop());

  it.each(scenarios)('$name: ends, and replays', async (scenario) => {
    const { name, number, approvals = [] } = scenario;
    await playScenario(scenario, bench.client, world);
    const bundle = await workflowBundle(pino({ level: 'silent' }));
    const ids = [ticketWorkflowId(number), ...approvals.map((actionId) => approvalWorkflowId(number, actionId))];
    for (const [index, workflowId] of ids.entries()) {
      const history = await bench.client.workflow.getHandle(workflowId).fetchHistory();
      await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history, workflowId)).resolves.toBeUndefined();
      const file = index === 0 ? `${name}.json` : `${name}-approval-${String(index)}.json`;
      // Who ran it says something of a machine, and nothing of the workflow.
      const text = historyToJSON(history).replaceAll(/("identity": ?)"[^"]*"/g, '$1"worker"');
      if (record) writeFileSync(path.join(historiesFolder, file), `${text}\n`);
    }
  });
});
