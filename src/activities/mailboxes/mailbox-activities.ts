import { CancelledFailure, Context } from '@temporalio/activity';

import { listToRemove, readBacklog } from '../../db/messages/ledger.ts';
import {
  findOptionalMailbox,
  isMailboxDeleted,
  type MailboxRecord,
  recordMailboxState,
} from '../../db/mailboxes/mailboxes.ts';
import { NotFoundError } from '../../db/shared/errors.ts';
import { readSettings } from '../../db/settings/settings.ts';
import { restAfterError, type MailboxErrorState } from '../../domain/mailboxes/backoff.ts';
import { mailboxWarnings } from '../../domain/mailboxes/mailbox-warnings.ts';
import { MailError, type MailErrorKind, type MailSession } from '../../mail/connection/session.ts';
import {
  type MailboxActivities,
  readAttempts,
  type ReadOutcome,
  type RemovalOutcome,
  restAfterFaultMs,
} from './mailbox.contract.ts';
import type { ActivityDeps } from '../shared/deps.ts';
import { describeFault, inOurWords } from '../shared/faults.ts';
import { withHeartbeat } from '../shared/heartbeat.ts';
import { drain } from './drain.ts';
import { secretsOf } from './mailbox-secrets.ts';
import { removeFromInbox } from './remove-from-inbox.ts';

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
  failpoint('read_reported:after');
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

  const { counts, more, mailError } = await drain(deps, mailbox, settings);
  const now = new Date();
  const told = { mailbox: mailbox.name, ...warningsOf((await findOptionalMailbox(db, mailboxId)) ?? mailbox) };

  if (mailError !== undefined) {
    const state = stateOf(mailError.kind);
    const detail = `${mailError.message} ${mailError.remedy}`;
    const restMs = restAfterError(state, intervalMs, mailbox.consecutiveFailures + 1, mailError.retryAfterMs);
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
    more: more || backlog.pending > backlog.postponed,
    restMs,
  };
}

/** History keeps what is returned, so nothing is said where there is nothing to say. */
function warningsOf(mailbox: MailboxRecord): { readonly warnings?: readonly string[] } {
  const warnings = mailboxWarnings(mailbox, new Date().toISOString());
  return warnings.length === 0 ? {} : { warnings: warnings.map(({ message, remedy }) => `${message} ${remedy}`) };
}

/** What operators tell apart: whose turn it is to do something, the administrator's, the server's, or nobody's. */
function stateOf(kind: MailErrorKind): MailboxErrorState {
  if (kind === 'credentials_refused' || kind === 'throttled') return kind;
  return 'unreachable';
}

async function removeHandled(deps: ActivityDeps, mailboxId: number): Promise<RemovalOutcome> {
  const { db, failpoint } = deps;
  failpoint('read_reported:after');
  const mailbox = await findOptionalMailbox(db, mailboxId);
  if (mailbox === undefined) return { removed: 0, left: 0, reason: null };
  const messages = await listToRemove(db, mailboxId, REMOVE_AT_ONCE, mailbox.account);
  if (messages.length === 0) return { removed: 0, left: 0, reason: null };

  let session: MailSession | undefined;
  try {
    const secrets = await secretsOf(deps, mailboxId);
    session = await deps.openSession(mailbox, secrets, Context.current().cancellationSignal);
    return await removeFromInbox(deps, session, mailbox, messages);
  } catch (error) {
    // The messages stay in the ledger as "to be removed": the next read comes back to them.
    if (error instanceof MailError)
      return { removed: 0, left: messages.length, reason: `${error.message} ${error.remedy}` };
    throw error;
  } finally {
    await session?.close();
  }
}
