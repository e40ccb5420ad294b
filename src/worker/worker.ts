import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';

import { createMailboxActivities } from '../activities/mailboxes/mailbox-activities.ts';
import { type Failpoint, noFailpoint } from '../activities/shared/failpoint.ts';
import { createApprovalActivities } from '../activities/approvals/approval-activities.ts';
import { createTicketActivities } from '../activities/processes/ticket-activities.ts';
import { askWhereNobodyWas } from '../db/approvals/approval-timers.ts';
import type { Database } from '../db/shared/connect.ts';
import { readMailboxSecrets } from '../db/mailboxes/mailboxes.ts';
import { logSecretWarnings } from '../db/mailboxes/secret-warnings.ts';
import { createReplyIds } from '../db/outgoing/reply-ids.ts';
import type { SecretBox } from '../db/mailboxes/secrets.ts';
import { type MicrosoftCloud, worldwideCloud } from '../mail/microsoft/microsoft-cloud.ts';
import { type MailHosts, remoteMailHosts } from '../mail/connection/mail-hosts.ts';
import { createSenderVerifier } from '../mail/authentication/sender-verifier.ts';
import { createMimeReader } from '../mail/mime/mime.ts';
import { openSession } from '../mail/open-session.ts';
import { createTokenSource } from '../mail/microsoft/tokens.ts';
import { watchInbox } from '../mail/imap/watch-inbox.ts';
import { mailboxWorkflowId, wakeSignal } from '../workflows/mailboxes/mailbox.messages.ts';
import { mailQueue, ticketQueue } from '../workflows/shared/task-queues.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { createBacklogWatch } from './mailboxes/backlog-watch.ts';
import { startLostProcesses } from './processes/start-lost-processes.ts';
import { startMailboxes } from './mailboxes/start-mailboxes.ts';
import { dispatchWorkflowOutbox } from './processes/dispatch-workflow-outbox.ts';
import { openLogFile } from './log/follow-operation-log.ts';
import { startLoop } from './loop.ts';
import { createPush } from './mailboxes/push.ts';
import { removeExpired } from './system/remove-expired.ts';
import { createOutboxSender } from './outgoing/send-outbox.ts';
import { createSenders } from './outgoing/senders.ts';
import { connectTemporal } from './temporal/temporal-client.ts';
import { observeTemporal } from './temporal/observe-temporal.ts';
import { workflowBundle } from './temporal/workflow-bundle.ts';

export interface WorkerOptions {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly timeZone: string;
  readonly dateFormat: string;
  /** Absent: only mails of mailboxes that send for themselves leave. */
  readonly smtpUrl: string | undefined;
  /** PEM of authorities trusted for mail servers besides the usual ones. */
  readonly ca: string | undefined;
  /** Where mailboxes may be read from. Default: public and private addresses. */
  readonly mailHosts?: MailHosts | undefined;
  /** The worldwide one by default. */
  readonly cloud?: MicrosoftCloud;
  /** Rotated JSON lines of the operation log; `lt_None`: no file. */
  readonly logFile: { readonly file: string; readonly type: 'lt_All' | 'lt_Error' | 'lt_None' };
  readonly logger: Logger;
  /** `ip:port` where Prometheus reads the SDK's figures; absent: nowhere. */
  readonly metricsAddress?: string | undefined;
  /** Absent: there are no traces. */
  readonly tracing?: Pick<Tracing, 'client' | 'worker'> | undefined;
  readonly failpoint?: Failpoint;
  /** Code of a bundle made before; absent: bundled now, in about two seconds. */
  readonly workflowBundlePath?: string;
}

export interface RunningWorker {
  /** Rejects when a worker dies of itself. */
  readonly failed: Promise<never>;
  /** Ends what is under way, then stops; at most 30 s. */
  stop(): Promise<void>;
}

/** Mailboxes read at once by one worker; each is one connection to a mail server. */
const MAILBOXES_AT_ONCE = 20;

/**
 * Of the mailboxes' queue, as few as there can be: a worker that stands still or is cut off has each of its open polls given one more task,
 * and each of these costs its mailbox ten seconds.
 */
const MAIL_POLLS = { maxConcurrentActivityTaskPolls: 1, maxConcurrentWorkflowTaskPolls: 2 } as const;

/** Ticket processes kept in memory, a third of a MiB each. They rest for days; one that is not kept is replayed when something happens. */
const CACHED_PROCESSES = 100;

/** Starts all that works on messages and tickets. Returns when it polls; throws when Temporal or the database cannot be reached. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { database, logger, temporal } = options;
  observeTemporal(logger, options.metricsAddress);
  const { tracing } = options;
  const client = await connectTemporal(temporal, { interceptor: tracing?.client, repeats: false });
  const connection = await NativeConnection.connect({ address: temporal.address });
  const mimeReader = createMimeReader();
  const senderVerifier = createSenderVerifier();
  const backlog = createBacklogWatch();
  const tokens = createTokenSource({ cloud: options.cloud ?? worldwideCloud });
  const connecting = {
    tokens,
    hosts: options.mailHosts ?? remoteMailHosts,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  const outgoing = {
    db: database.db,
    replyIds: createReplyIds(options.secretBox),
    timeZone: options.timeZone,
  };
  const senders = createSenders({
    ...{ db: database.db, secretBox: options.secretBox, smtpUrl: options.smtpUrl, tokens, ca: options.ca },
  });
  const workflows =
    options.workflowBundlePath === undefined
      ? await workflowBundle(logger, { traced: tracing !== undefined })
      : { codePath: options.workflowBundlePath };
  const common = {
    connection,
    namespace: temporal.namespace,
    workflowBundle: workflows,
    shutdownGraceTime: '20 seconds',
    ...tracing?.worker,
  } as const;

  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: mailQueue,
      maxConcurrentActivityTaskExecutions: MAILBOXES_AT_ONCE,
      ...MAIL_POLLS,
      activities: backlog.watch(
        createMailboxActivities({
          db: database.db,
          ping: () => database.ping(),
          secretBox: options.secretBox,
          mimeReader,
          senderVerifier,
          openSession: (mailbox, secrets, signal) => openSession(mailbox, secrets, { ...connecting, signal }),
          onBacklog: backlog.note,
          failpoint: options.failpoint ?? noFailpoint,
          logger,
          timeZone: options.timeZone,
          dateFormat: options.dateFormat,
        }),
      ),
    }),
    Worker.create({
      ...common,
      taskQueue: ticketQueue,
      maxCachedWorkflows: CACHED_PROCESSES,
      activities: {
        ...createTicketActivities({
          db: database.db,
          logger,
          timeZone: options.timeZone,
          dateFormat: options.dateFormat,
        }),
        ...createApprovalActivities({ db: database.db, logger }),
      },
    }),
  ]);
  const running = workers.map((worker) => worker.run());

  const { file, type } = options.logFile;
  const logFile = type === 'lt_None' ? undefined : await openLogFile(database.db, { file, type });
  const ending = new AbortController();
  const dispatcher = startLoop({
    name: 'workflow outbox',
    pauseMs: 1_000,
    logger,
    turn: () =>
      client.withAbortSignal(ending.signal, () =>
        dispatchWorkflowOutbox({
          db: database.db,
          client,
          inBacklog: backlog.isBeingRead(),
          dates: { timeZone: options.timeZone, dateFormat: options.dateFormat },
        }),
      ),
  });
  const push = createPush({
    db: database.db,
    logger,
    watch: async (mailbox, signal, onArrival) =>
      watchInbox(
        mailbox,
        await readMailboxSecrets(database.db, options.secretBox, mailbox.id),
        { ...connecting, signal },
        onArrival,
      ),
    wake: (mailboxId) => client.workflow.getHandle(mailboxWorkflowId(mailboxId)).signal(wakeSignal),
  });
  const loops = [
    dispatcher,
    startLoop({ name: 'push', pauseMs: 5_000, logger, turn: push.turn }),
    startLoop({
      name: 'secret expiry',
      pauseMs: 3_600_000,
      logger,
      turn: () => logSecretWarnings(database.db, new Date().toISOString()).then(() => false),
    }),
    startLoop({
      name: 'lost workflows',
      pauseMs: 60_000,
      logger,
      turn: async () => {
        await startMailboxes(database.db, client);
        await startLostProcesses(database.db, client);
        return false;
      },
    }),
    startLoop({
      name: 'approvals with nobody to ask',
      pauseMs: 30_000,
      logger,
      turn: () => askWhereNobodyWas(database.db, new Date().toISOString()).then(() => false),
    }),
    startLoop({ name: 'outbox', pauseMs: 2_000, logger, turn: createOutboxSender({ ...outgoing, senders, logger }) }),
    startLoop({ name: 'retention', pauseMs: 3_600_000, logger, turn: () => removeExpired(database.db) }),
  ];
  if (logFile !== undefined)
    loops.push(startLoop({ name: 'operation log', pauseMs: 1_000, logger, turn: () => logFile.turn() }));
  const listening = await database.sql.listen('tsa_workflow_outbox', () => {
    // In a backlog every ticket would wake it: it keeps to its pace then.
    if (!backlog.isBeingRead()) dispatcher.wake();
  });
  await startMailboxes(database.db, client);

  return {
    failed: Promise.race(running).then(() => new Promise<never>(() => undefined)),
    async stop() {
      await within(2_000, listening.unlisten());
      // While the workers still answer it; what they do not answer in time is told again by the next worker.
      await within(3_000, dispatcher.stop());
      ending.abort();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(running);
      await within(5_000, Promise.all(loops.map((loop) => loop.stop())));
      await within(2_000, push.close());
      await logFile?.close();
      senders.close();
      await mimeReader.close();
      await senderVerifier.close();
      await connection.close();
      await client.connection.close();
    },
  };
}

/** Waits for it, but not for ever: with PostgreSQL gone, some of its answers never come. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([
    work.catch(() => undefined),
    sleep(ms, undefined, { signal: over.signal }).catch(() => undefined),
  ]);
  over.abort();
}
