import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { pino } from 'pino';
import type { MailboxActivities } from '../../src/activities/mailboxes/mailbox.contract.ts';
import type { TicketActivities } from '../../src/activities/processes/ticket.contract.ts';
import type { TicketSnapshot } from '../../src/domain/processes/ticket-snapshot.ts';
import { observeTemporal } from '../../src/worker/temporal/observe-temporal.ts';
import { workflowBundle } from '../../src/worker/temporal/workflow-bundle.ts';
import { createTestNamespace } from '../support/namespace.ts';

/** A ticket as `readTicket` gives it. */
export const ticketView: TicketSnapshot = {
  state: 'registered',
  category: 'Incidents/Other',
  phase: 'work',
  closeAt: null,
  holdUntil: null,
  warnAt: null,
  toAssign: false,
  escalateAt: null,
  approved: true,
  windowStart: null,
  windowEnd: null,
};

export interface WorkflowBenchOptions {
  /** Absent: a namespace of its own. */
  readonly temporal?: { readonly address: string; readonly namespace: string };
  /** Absent: the workflows as they are. */
  readonly bundle?: WorkflowBundleWithSourceMap;
}

export interface WorkflowBench {
  readonly client: Client;
  stop(): Promise<void>;
}

/** The real workflows on a real server, on `taskQueue`, with activities that a test writes. */
export async function startWorkflows(
  taskQueue: string,
  activities: Partial<MailboxActivities & TicketActivities>,
  { temporal, bundle }: WorkflowBenchOptions = {},
): Promise<WorkflowBench> {
  const { address, namespace } = temporal ?? (await createTestNamespace());
  const logger = pino({ level: 'silent' });
  observeTemporal(logger);
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: bundle ?? (await workflowBundle(logger)),
    activities,
  });
  const running = worker.run();
  const clientConnection = await Connection.connect({ address });
  return {
    client: new Client({ connection: clientConnection, namespace }),
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
      await clientConnection.close();
    },
  };
}
