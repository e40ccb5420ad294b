import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { inject } from 'vitest';
import { missingSearchAttributes, prepareNamespace } from '../../src/embedded/temporal/temporal-namespace.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/search-attributes.ts';

/** A Temporal namespace of its own: workflow ids such as `mailbox/1` repeat from database to database. */
export async function createTestNamespace(
  address = inject('temporalAddress'),
): Promise<{ readonly address: string; readonly namespace: string }> {
  const namespace = `test-${randomUUID()}`;
  const options = { address, namespace, searchAttributes: searchAttributeTypes };
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
  } finally {
    await connection.close();
  }
  // The server's own parts hear of a new namespace one after the other.
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      await prepareNamespace(options);
      if ((await missingSearchAttributes(options)).length === 0) return { address, namespace };
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await sleep(200);
  }
}
