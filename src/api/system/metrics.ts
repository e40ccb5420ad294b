import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Figures } from '../../db/system/figures.ts';
import { mailboxStates } from '../../domain/mailboxes/mailbox.ts';

/** Prometheus' text format, of the database's figures and of this process. */
export interface Metrics {
  readonly contentType: string;
  readonly expose: (figures: Figures) => Promise<string>;
}

/** Each metric's name, unit and meaning, in this one place; docs/operators/metrics.md and deploy/ use them. */
export const createMetrics = (): Metrics => {
  const process = new Registry();
  collectDefaultMetrics({ register: process });
  return {
    contentType: process.contentType,
    expose: async (figures) => `${await process.metrics()}\n${await figuresAs(figures).metrics()}`,
  };
};

/** A registry for each answer: what is gone from the database must not stay. */
const figuresAs = ({ mailboxes, messages, queues, lag }: Figures): Registry => {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  const single = (name: string, help: string, value: number | null): void => {
    const metric = gauge(name, help);
    // Nothing waits: its age is none.
    metric.set(value ?? 0);
  };

  const state = gauge('tsa_mailbox_state', '1 for the state that the mailbox is in.', ['mailbox', 'state']);
  const failures = gauge('tsa_mailbox_failures', 'Reads that failed in a row.', ['mailbox']);
  const lastRead = gauge('tsa_mailbox_last_read_timestamp_seconds', 'When it was last read.', ['mailbox']);
  const expiry = gauge('tsa_mailbox_secret_expiry_timestamp_seconds', 'When its secret expires, if entered.', [
    'mailbox',
  ]);
  const notGiven = gauge('tsa_mailbox_not_given', 'Messages that its server lists and does not give.', ['mailbox']);
  for (const { mailbox, ...figure } of mailboxes) {
    notGiven.set({ mailbox }, figure.notGiven);
    for (const name of mailboxStates) state.set({ mailbox, state: name }, figure.state === name ? 1 : 0);
    failures.set({ mailbox }, figure.failures);
    if (figure.lastReadAt !== null) lastRead.set({ mailbox }, figure.lastReadAt);
    if (figure.secretExpiresAt !== null) expiry.set({ mailbox }, figure.secretExpiresAt);
  }

  const received = new Counter({
    name: 'tsa_messages_received_total',
    help: 'Messages that were stored.',
    labelNames: ['mailbox'],
    registers,
  });
  // No counter: a message that is released has no disposition until it gets another one.
  const ended = gauge('tsa_messages', 'Messages of the ledger by how they ended.', ['mailbox', 'disposition']);
  for (const { mailbox, disposition, messages: count } of messages) {
    received.inc({ mailbox }, count);
    if (disposition !== null) ended.set({ mailbox, disposition }, count);
  }

  single('tsa_messages_pending', 'Messages that are stored and not handled.', queues.pending);
  single('tsa_messages_pending_oldest_seconds', 'Age of the oldest of them.', queues.oldestPending);
  single('tsa_messages_quarantined', 'Messages in quarantine that a person can still release.', queues.quarantined);
  single('tsa_messages_to_remove', 'Messages that are handled and still in an inbox.', queues.toRemove);
  single('tsa_workflow_outbox_pending', 'What workflows have still to be told.', queues.workflowOutbox);
  single('tsa_workflow_outbox_oldest_seconds', 'Age of the oldest of that.', queues.oldestWorkflowOutbox);
  const outbox = gauge('tsa_outbox_mails', 'Mails that are not sent.', ['state']);
  outbox.set({ state: 'pending' }, queues.outboxPending);
  outbox.set({ state: 'failed' }, queues.outboxFailed);
  single('tsa_outbox_oldest_seconds', 'Age of the oldest mail that is to be sent.', queues.oldestOutbox);
  single('tsa_approvals_waiting', 'Approvals that wait for a choice.', queues.approvalsWaiting);

  const seconds = gauge(
    'tsa_message_lag_seconds',
    'From arrival to disposition, of messages handled in the last 15 minutes.',
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
