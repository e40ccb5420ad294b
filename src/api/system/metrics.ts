import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Figures } from '../../db/system/figures.ts';
import { mailboxStates } from '../../domain/mailboxes/mailbox.ts';

/** Metrics of the database and of this process in the Prometheus text format. */
export interface Metrics {
  readonly contentType: string;
  /** `failedRuns`: see MailboxControl; null: Temporal does not tell. */
  readonly expose: (figures: Figures, failedRuns: number | null) => Promise<string>;
}

/** Defines every metric. The table in docs/operators/metrics.md is generated from it. */
export const createMetrics = (): Metrics => {
  const process = new Registry();
  collectDefaultMetrics({ register: process });
  return {
    contentType: process.contentType,
    expose: async (figures, failedRuns) =>
      `${await process.metrics()}\n${await figuresAs(figures, failedRuns).metrics()}`,
  };
};

/** Builds a new registry for each scrape, so that mailboxes deleted from the database disappear. */
const figuresAs = ({ mailboxes, messages, queues, lag }: Figures, failedRuns: number | null): Registry => {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  const single = (name: string, help: string, value: number | null): void => {
    const metric = gauge(name, help);
    // Nothing is waiting, so there is no age.
    metric.set(value ?? 0);
  };

  const state = gauge('tsa_mailbox_state', '1 for the current state of the mailbox, otherwise 0.', [
    'mailbox',
    'state',
  ]);
  const failures = gauge('tsa_mailbox_failures', 'Consecutive failed reads.', ['mailbox']);
  const lastRead = gauge('tsa_mailbox_last_read_timestamp_seconds', 'Time of the last read that reached the server.', [
    'mailbox',
  ]);
  const overdue = gauge('tsa_mailbox_overdue_seconds', 'Seconds since the next read was due; 0 when it is not due.', [
    'mailbox',
  ]);
  const expiry = gauge('tsa_mailbox_secret_expiry_timestamp_seconds', 'Expiry date of the secret, if entered.', [
    'mailbox',
  ]);
  const notGiven = gauge('tsa_mailbox_not_given', 'Messages that the server lists but does not deliver.', ['mailbox']);
  for (const { mailbox, ...figure } of mailboxes) {
    overdue.set({ mailbox }, figure.overdue);
    notGiven.set({ mailbox }, figure.notGiven);
    for (const name of mailboxStates) state.set({ mailbox, state: name }, figure.state === name ? 1 : 0);
    failures.set({ mailbox }, figure.failures);
    if (figure.lastReadAt !== null) lastRead.set({ mailbox }, figure.lastReadAt);
    if (figure.secretExpiresAt !== null) expiry.set({ mailbox }, figure.secretExpiresAt);
  }

  const received = new Counter({
    name: 'tsa_messages_received_total',
    help: 'Messages stored.',
    labelNames: ['mailbox'],
    registers,
  });
  // A gauge, not a counter: releasing a message clears its disposition.
  const ended = gauge('tsa_messages', 'Messages in the ledger by disposition.', ['mailbox', 'disposition']);
  for (const { mailbox, disposition, messages: count } of messages) {
    received.inc({ mailbox }, count);
    if (disposition !== null) ended.set({ mailbox, disposition }, count);
  }

  single('tsa_messages_pending', 'Messages stored but not yet handled.', queues.pending);
  single('tsa_messages_pending_oldest_seconds', 'Age of the oldest pending message.', queues.oldestPending);
  single('tsa_messages_quarantined', 'Messages in quarantine that can still be released.', queues.quarantined);
  single('tsa_messages_to_remove', 'Messages handled but not yet removed from the inbox.', queues.toRemove);
  single('tsa_workflow_outbox_pending', 'Workflow notifications waiting to be sent.', queues.workflowOutbox);
  single('tsa_workflow_outbox_oldest_seconds', 'Age of the oldest workflow notification.', queues.oldestWorkflowOutbox);
  single('tsa_temporal_up', '1 when Temporal responds, otherwise 0.', failedRuns === null ? 0 : 1);
  // What is not known is not zero.
  if (failedRuns !== null)
    single('tsa_workflows_failed', 'Workflow runs that failed in the last 24 hours.', failedRuns);
  const outbox = gauge('tsa_outbox_mails', 'Outgoing emails not yet sent.', ['state']);
  outbox.set({ state: 'pending' }, queues.outboxPending);
  outbox.set({ state: 'failed' }, queues.outboxFailed);
  single('tsa_outbox_oldest_seconds', 'Age of the oldest outgoing email.', queues.oldestOutbox);
  single('tsa_outgoing_refused', 'Sending routes that refuse all email from this agent.', queues.waysRefusing);
  single('tsa_approvals_waiting', 'Approvals waiting for a choice.', queues.approvalsWaiting);

  const seconds = gauge(
    'tsa_message_lag_seconds',
    'Time from arrival to disposition of messages handled in the last 15 minutes.',
    ['quantile'],
  );
  for (const [quantile, value] of [
    ['0.5', lag.median],
    ['0.95', lag.p95],
    ['1', lag.longest],
  ] as const)
    if (value !== null) seconds.set({ quantile }, value);
  return registry;
};
