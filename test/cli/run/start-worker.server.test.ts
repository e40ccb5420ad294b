import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, inject, it } from 'vitest';
import { Closers } from '../../../src/cli/run/closers.ts';
import type { Parts } from '../../../src/cli/run/parts.ts';
import { openWorker } from '../../../src/cli/run/start-worker.ts';

it('K14: a worker does not start where the search attributes are missing, and says what to do', async () => {
  const address = inject('temporalAddress');
  const namespace = `bare-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
  await connection.close();
  // Nothing else is looked at before.
  const parts = { temporal: { address, namespace } } as Parts;
  const started = expect.poll(
    () =>
      openWorker(parts, new Closers()).then(
        () => 'started',
        (error: unknown) => String(error),
      ),
    { timeout: 30_000 },
  );
  await started.toMatch(/lacks the search attributes .*TsaMailbox.*run tsa migrate/);
});
