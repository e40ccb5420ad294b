import { setTimeout as sleep } from 'node:timers/promises';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { expect, it } from 'vitest';
import { connectTemporal } from '../../../src/worker/temporal/temporal-client.ts';
import { ticketChangedUpdate } from '../../../src/workflows/processes/ticket.messages.ts';
import { createTestNamespace } from '../../support/namespace.ts';
import { startOwnTemporal } from '../../support/temporal.ts';

it('a connection that is closed before its last answer, and whose server then ends, does not end the process', async () => {
  const server = await startOwnTemporal();
  const uncaught: unknown[] = [];
  const listener = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtException', listener);
  try {
    const client = await connectTemporal(await createTestNamespace(server.address), { repeats: false });
    // Nobody works on this queue: it is not answered.
    const startWorkflowOperation = new WithStartWorkflowOperation('incidentStandardProcess', {
      ...{ workflowId: 'ticket/I991231_000001', taskQueue: 'nobody', args: [{ number: 'I991231_000001' }] },
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const answer = client.workflow
      .executeUpdateWithStart(ticketChangedUpdate, { startWorkflowOperation, args: [] })
      .then(
        () => 'answered',
        () => 'failed',
      );
    await sleep(1_000);
    await client.connection.close();
    await server.stop();
    expect(await answer).toBe('failed');
    await sleep(2_000); // the client's own repetition would have begun by now
    expect(uncaught).toEqual([]);
  } finally {
    process.off('uncaughtException', listener);
    await server.stop();
  }
});
