import { bindReport } from '../../db/approvals/bind-report.ts';
import { applyPlan } from '../../db/handling/apply-plan.ts';
import { readFacts } from '../../db/handling/facts.ts';
import { lockPending, type PendingMessage, recordAttempt } from '../../db/messages/ledger.ts';
import { isSwitchedOn } from '../../db/mailboxes/mailboxes.ts';
import { createReplyIds } from '../../db/outgoing/reply-ids.ts';
import type { Tx } from '../../db/shared/connect.ts';
import { loggable } from '../../db/shared/errors.ts';
import { postponement } from '../../domain/mailboxes/backoff.ts';
import { type Case, judge } from '../../domain/handling/judge.ts';
import type { Disposition } from '../../domain/messages/disposition.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { Policy } from '../../domain/handling/policy.ts';
import { contextOf, factsRequestOf } from './message-context.ts';
import type { ActivityDeps } from '../shared/deps.ts';
import { isDatabaseAway } from '../shared/faults.ts';
import type { ReadMessage } from './read-message.ts';

/** A message that has failed so often is quarantined (spec §4). */
const MAX_ATTEMPTS = 5;

/** What became of one message; `postponed`: it has an attempt to come; `already_handled`: another worker was first; `switched_off`: it waits. */
export type Handled = Disposition | 'postponed' | 'already_handled' | 'switched_off';

/** Whose message it is, and by what rules it is judged. */
export interface HandledFor {
  readonly mailbox: Mailbox;
  readonly policy: Policy;
}

/**
 * Handles one stored message: waits until it is understood, loads the facts, judges it, and commits disposition and effects in one
 * transaction. Idempotent by ledger row: one that has a disposition is left alone.
 * @throws when the database cannot be used; any other fault is the message's own, and is recorded with it
 */
export async function handleMessage(
  deps: ActivityDeps,
  handledFor: HandledFor,
  pending: PendingMessage,
  reading: Promise<ReadMessage>,
): Promise<Handled> {
  try {
    return await commit(deps, handledFor, pending, await reading);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    deps.logger.error({ ...loggable(error), message: pending.id }, 'a message could not be handled');
    return fail(deps, handledFor, pending);
  }
}

async function commit(
  { db, failpoint, timeZone, secretBox }: ActivityDeps,
  handledFor: HandledFor,
  pending: PendingMessage,
  read: ReadMessage,
): Promise<Handled> {
  const { mailbox, policy } = handledFor;
  const now = new Date().toISOString();
  const handled = await db.transaction(async (tx): Promise<Handled> => {
    // One round trip. Spec §2: switching off takes effect before the next message, not after the batch.
    const [locked, switchedOn, known] = await Promise.all([
      lockPending(tx, pending.id),
      isSwitchedOn(tx, mailbox.id),
      withFacts(tx, mailbox, pending, read, now),
    ]);
    if (locked === undefined) return 'already_handled';
    if (!switchedOn) return 'switched_off';
    const { plan, answer, about } = judge(known, policy);
    await applyPlan(tx, plan, contextOf({ mailbox, messageId: pending.id, read, answer, about, now, timeZone }));
    if (read.understanding.ok && read.understanding.message.report !== null && plan.disposition === 'rejected')
      await bindReport(tx, createReplyIds(secretBox), read.understanding.message.report, {
        ...{ messageId: pending.id, mailboxId: mailbox.id, now },
      });
    failpoint('effects_committed:before');
    return plan.disposition;
  });
  failpoint('effects_committed:after');
  return handled;
}

/** Reads the facts that judging it needs, under lock: none for what is not looked into. */
async function withFacts(
  tx: Tx,
  mailbox: Mailbox,
  pending: PendingMessage,
  read: ReadMessage,
  now: string,
): Promise<Case> {
  const { understanding } = read;
  if (!understanding.ok) return understanding;
  const facts = await readFacts(tx, factsRequestOf(mailbox, pending, understanding, read, now));
  return { ...understanding, facts, verdict: read.verdict };
}

async function fail(deps: ActivityDeps, handledFor: HandledFor, pending: PendingMessage): Promise<Handled> {
  const attempts = pending.attempts + 1;
  const error = 'the agent failed on this message; the worker log has the cause';
  if (attempts < MAX_ATTEMPTS) {
    await recordAttempt(deps.db, pending.id, error, new Date(Date.now() + postponement(attempts)).toISOString());
    return 'postponed';
  }
  const explanation = `Tried ${String(MAX_ATTEMPTS)} times: ${error}. Release it once the cause is gone.`;
  return commit(deps, handledFor, pending, {
    understanding: { ok: false, reason: 'failing', explanation, subject: null, from: null, messageId: null },
    senderAuthentication: 'none',
    rules: [],
    verdict: null,
  });
}
