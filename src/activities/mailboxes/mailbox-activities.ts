import { CancelledFailure, Context } from '@temporalio/activity';

import { compareWithLedger, isComparisonDue } from '../../db/messages/comparison.ts';
import {
  listPending,
  listToRemove,
  type PendingMessage,
  readBacklog,
  recordRemoved,
  recordRemovalLeft,
} from '../../db/messages/ledger.ts';
import {
  findOptionalMailbox,
  isMailboxDeleted,
  type MailboxRecord,
  readMailboxSecrets,
  recordMailboxState,
} from '../../db/mailboxes/mailboxes.ts';
import { NotFoundError } from '../../db/shared/errors.ts';
import { SecretKeyError } from '../../db/mailboxes/secrets.ts';
import { readSettings, type Settings } from '../../db/settings/settings.ts';
import { restAfterTrouble, type TroubleState } from '../../domain/mailboxes/backoff.ts';
import type { Disposition } from '../../domain/messages/disposition.ts';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { mailboxWarnings } from '../../domain/mailboxes/mailbox-warnings.ts';
import { MailError, type MailErrorKind, type MailSession } from '../../mail/connection/session.ts';
import {
  type DispositionCounts,
  type MailboxActivities,
  readAttempts,
  type ReadOutcome,
  type RemovalOutcome,
  restAfterFaultMs,
} from './mailbox.contract.ts';
import type { ActivityDeps } from '../shared/deps.ts';
import { describeFault, inOurWords } from '../shared/faults.ts';
import { readRaw } from '../../db/messages/raw-messages.ts';
import { handleMessage } from '../handling/handle-message.ts';
import { readMessage, type ReadMessage } from '../handling/read-message.ts';
import { withHeartbeat } from '../shared/heartbeat.ts';
import { policyFor } from '../handling/policy.ts';
import { receiveBatch, type ReceivedBatch } from './receive.ts';

/** Messages taken out of an inbox by one activity; the rest follows with the next read. */
const REMOVE_AT_ONCE = 500;

export const createMailboxActivities = (deps: ActivityDeps): MailboxActivities => ({
  readMailbox: ({ mailboxId }) =>
    inOurWords(deps.logger, () =>
      withHeartbeat(deps.ping, () => withFaultAsState(deps, mailboxId, () => readMailbox(deps, mailboxId))),
    ),
  removeHandled: ({ mailboxId }) =>
    inOurWords(deps.logger, () => withHeartbeat(deps.ping, () => removeHandled(deps, mailboxId))),
});

/** Shows a fault of the system as the mailbox's state once the attempts are used up, where the database still takes that. */
async function withFaultAsState<T>({ db }: ActivityDeps, mailboxId: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (Context.current().info.attempt >= readAttempts && !(error instanceof CancelledFailure))
      await recordMailboxState(db, mailboxId, {
        state: 'system_error',
        detail: describeFault(error),
        readAt: null,
        nextReadAt: new Date(Date.now() + restAfterFaultMs).toISOString(),
        failed: true,
      }).catch(() => undefined);
    throw error;
  }
}

async function readMailbox(deps: ActivityDeps, mailboxId: number): Promise<ReadOutcome> {
  const { db, failpoint } = deps;
  const mailbox = await findOptionalMailbox(db, mailboxId);
  if (mailbox === undefined) {
    // A workflow that ends does not come back: what was not found is looked for again.
    if (await isMailboxDeleted(db, mailboxId)) return { kind: 'gone' };
    throw new NotFoundError(`There is no mailbox ${String(mailboxId)}.`);
  }
  const settings = await readSettings(db);
  const intervalMs = mailbox.readIntervalMinutes * 60_000;
  if (!settings.agentEnabled || !mailbox.active) {
    const state = settings.agentEnabled ? 'paused' : 'switched_off';
    await recordMailboxState(db, mailboxId, { state, detail: '', nextReadAt: null, readAt: null, failed: false });
    const told = { mailbox: mailbox.name, ...warningsOf(mailbox) };
    return { kind: 'rest', ...told, state, detail: '', counts: {}, restMs: Math.max(intervalMs, 60_000) };
  }

  const received = await receive(deps, mailbox, settings);
  const counts = await handlePending(deps, mailbox, settings, received.raw);
  const now = new Date();
  const told = { mailbox: mailbox.name, ...warningsOf((await findOptionalMailbox(db, mailboxId)) ?? mailbox) };

  const { trouble } = received;
  if (trouble !== undefined) {
    const state = stateOf(trouble.kind);
    const detail = `${trouble.message} ${trouble.cure}`;
    const restMs = restAfterTrouble(state, intervalMs, mailbox.consecutiveFailures + 1, trouble.retryAfterMs);
    await recordMailboxState(db, mailboxId, {
      state,
      detail,
      nextReadAt: new Date(now.getTime() + restMs).toISOString(),
      readAt: null,
      failed: true,
    });
    return { kind: 'rest', ...told, state, detail, counts, restMs };
  }
  const backlog = await readBacklog(db, mailboxId, now.toISOString(), mailbox.account);
  const untilNextAttempt =
    backlog.nextAttemptAt === null ? intervalMs : Date.parse(backlog.nextAttemptAt) - now.getTime();
  const restMs = Math.max(0, Math.min(intervalMs, untilNextAttempt));
  await recordMailboxState(db, mailboxId, {
    state: 'waiting',
    detail: '',
    readAt: now.toISOString(),
    nextReadAt: new Date(now.getTime() + restMs).toISOString(),
    failed: false,
  });
  failpoint('read_reported:before');
  return {
    kind: 'read',
    ...told,
    counts,
    toRemove: backlog.toRemove,
    postponed: backlog.postponed,
    more: received.more || backlog.pending > backlog.postponed,
    restMs,
  };
}

/** History keeps what is returned, so nothing is said where there is nothing to say. */
function warningsOf(mailbox: MailboxRecord): { readonly warnings?: readonly string[] } {
  const warnings = mailboxWarnings(mailbox, new Date().toISOString());
  return warnings.length === 0 ? {} : { warnings: warnings.map(({ message, cure }) => `${message} ${cure}`) };
}

/** What operators tell apart: whose turn it is to do something, the administrator's, the server's, or nobody's. */
function stateOf(kind: MailErrorKind): TroubleState {
  if (kind === 'credentials_refused' || kind === 'throttled') return kind;
  return 'unreachable';
}

/** The next batch, stored, as far as the mail server lets it come. */
async function receive(deps: ActivityDeps, mailbox: MailboxRecord, settings: Settings): Promise<ReceivedBatch> {
  let session: MailSession | undefined;
  try {
    const secrets = await secretsOf(deps, mailbox.id);
    session = await deps.openSession(mailbox, secrets, Context.current().cancellationSignal);
    // Taken before the batch: what arrives meanwhile is none of the comparison's business.
    const inventory = isComparisonDue(mailbox, new Date()) ? await session.inventory() : undefined;
    const batch = await receiveBatch(deps, mailbox, session, {
      maxMessages: settings.batchMaxMessages,
      maxBytes: settings.batchMaxBytes,
    });
    if (inventory !== undefined && !batch.more && batch.trouble === undefined)
      await compareWithLedger(deps.db, mailbox.id, inventory, new Date().toISOString(), mailbox.account);
    return batch;
  } catch (error) {
    if (error instanceof MailError) return { raw: new Map(), more: false, trouble: error };
    throw error;
  } finally {
    await session?.close();
  }
}

/** Throws MailError for secrets that no key opens: that is an administrator's to put right, like one that a server refuses. */
async function secretsOf({ db, secretBox }: ActivityDeps, mailboxId: number): Promise<MailboxSecrets> {
  try {
    return await readMailboxSecrets(db, secretBox, mailboxId);
  } catch (error) {
    if (error instanceof SecretKeyError) throw new MailError('credentials_refused', error.message, error.cure);
    throw error;
  }
}

/** Handles what is stored and due, in order of arrival. Each message is understood while the one before it is being committed. */
async function handlePending(
  deps: ActivityDeps,
  mailbox: Mailbox,
  settings: Settings,
  raw: ReadonlyMap<number, Uint8Array>,
): Promise<DispositionCounts> {
  const { db } = deps;
  const handledFor = { mailbox, policy: policyFor(mailbox, settings) };
  const counts: Partial<Record<Disposition, number>> = {};
  const pending = await listPending(db, mailbox.id, new Date().toISOString(), settings.batchMaxMessages);
  const read = (message: PendingMessage | undefined): Promise<ReadMessage> | undefined =>
    message && settled(readMessage(deps, mailbox, message, raw.get(message.id)));
  let next = read(pending[0]);
  for (const [index, message] of pending.entries()) {
    const reading = next;
    if (reading === undefined) break;
    next = read(pending[index + 1]);
    const handled = await handleMessage(deps, handledFor, message, reading);
    if (handled === 'switched_off') break;
    if (handled !== 'postponed' && handled !== 'already_handled') counts[handled] = (counts[handled] ?? 0) + 1;
  }
  return counts;
}

/** A promise that is awaited later must not be an unhandled rejection until then. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function removeHandled(deps: ActivityDeps, mailboxId: number): Promise<RemovalOutcome> {
  const { db, failpoint } = deps;
  failpoint('read_reported:after');
  const mailbox = await findOptionalMailbox(db, mailboxId);
  if (mailbox === undefined) return { removed: 0, left: 0, reason: null };
  const messages = await listToRemove(db, mailboxId, REMOVE_AT_ONCE, mailbox.account);
  if (messages.length === 0) return { removed: 0, left: 0, reason: null };

  const ids = Map.groupBy(messages, ({ protocolId }) => protocolId);
  let session: MailSession | undefined;
  try {
    const secrets = await secretsOf(deps, mailboxId);
    session = await deps.openSession(mailbox, secrets, Context.current().cancellationSignal);
    failpoint('mail_removed:before');
    // One of an id at a time: there may be two that had it one after the other.
    const first = [...ids.values()].flatMap(([message]) => message ?? []);
    const {
      removed,
      left,
      replaced = [],
    } = await session.remove(
      first.map((message) => ({
        ...message,
        original: () => (message.size > mailbox.maxMessageBytes ? Promise.resolve(null) : readRaw(db, message.id)),
      })),
    );
    failpoint('mail_removed:after');
    const idOf = (protocolId: string): readonly number[] =>
      ids
        .get(protocolId)
        ?.slice(0, 1)
        .map(({ id }) => id) ?? [];
    // What lies under the id of one that was replaced is not known to the ledger from here on, and is read as a new message.
    await recordRemoved(db, [...removed, ...replaced].flatMap(idOf), new Date().toISOString());
    if (left.length > 0)
      await recordRemovalLeft(
        db,
        left.flatMap(({ protocolId, reason }) => idOf(protocolId).map((id) => ({ id, reason }))),
      );
    failpoint('removal_recorded:after');
    return { removed: removed.length, left: left.length, reason: left[0]?.reason ?? null };
  } catch (error) {
    // The messages stay in the ledger as "to be removed": the next read comes back to them.
    if (error instanceof MailError)
      return { removed: 0, left: messages.length, reason: `${error.message} ${error.cure}` };
    throw error;
  } finally {
    await session?.close();
  }
}
