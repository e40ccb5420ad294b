import { applyChunk, type ChunkPlan, isChunkPlan } from '../../db/handling/apply-chunk.ts';
import { readPlainFacts } from '../../db/handling/facts.ts';
import { holdSwitchedOn } from '../../db/mailboxes/mailboxes.ts';
import { lockAllPending, type PendingMessage } from '../../db/messages/ledger.ts';
import type { Tx } from '../../db/shared/connect.ts';
import { loggable } from '../../db/shared/errors.ts';
import { planAnew } from '../../db/shared/sets.ts';
import { type CaseInOrder, type Decision, judgeInOrder } from '../../domain/handling/judge.ts';
import { factsQueryFor, isPlain } from '../../domain/handling/facts-query.ts';
import type { Disposition } from '../../domain/messages/disposition.ts';
import type { ActivityDeps } from '../shared/deps.ts';
import { isDatabaseAway, isDeadlock } from '../shared/faults.ts';
import type { HandledFor } from './handle-message.ts';
import { contextOf, factsRequestOf, senderOf } from './message-context.ts';
import type { ReadMessage } from './read-message.ts';

/** A stored message that is understood. */
export interface MessageToHandle {
  readonly pending: PendingMessage;
  readonly read: ReadMessage;
}

/** What became of a chunk: how its first messages ended, in their order; `failed`: of none, by a fault that one of them may be. */
export type HandledChunk = readonly Disposition[] | 'switched_off' | 'failed';

/** A message that may be handled together with others; not a report, which marks the mail that it is about. */
export const isForChunk = ({ understanding }: ReadMessage): boolean =>
  !understanding.ok ||
  (understanding.message.report === null && isPlain(factsQueryFor(understanding.message, understanding.instruction)));

/**
 * Handles plain messages of one mailbox together, in order, by one transaction: the facts are read for all of them, each is judged with
 * what those before it change, and all that follows is written by sets. Ends before the first whose plan needs locks of its own.
 * Leaves the tables as `handleMessage` would one after the other, and is idempotent by ledger row like it.
 * @throws when the database cannot be used; any other fault is told, rolled back, and left to handling them one by one
 */
export async function handleChunk(
  deps: ActivityDeps,
  handledFor: HandledFor,
  messages: readonly MessageToHandle[],
): Promise<HandledChunk> {
  try {
    return await commit(deps, handledFor, messages);
  } catch (error) {
    if (isDatabaseAway(error) && !isDeadlock(error)) throw error;
    deps.logger.warn({ ...loggable(error) }, 'messages could not be handled together: they are handled one by one');
    return 'failed';
  }
}

async function commit(
  { db, failpoint, timeZone }: ActivityDeps,
  { mailbox, policy }: HandledFor,
  messages: readonly MessageToHandle[],
): Promise<HandledChunk> {
  const now = new Date().toISOString();
  const ids = messages.map(({ pending }) => pending.id);
  const handled = await db.transaction(async (tx): Promise<HandledChunk> => {
    // One round trip. Spec §2: switching off takes effect before the next message.
    const [, locked, switchedOn, cases] = await Promise.all([
      planAnew(tx),
      lockAllPending(tx, ids),
      holdSwitchedOn(tx, mailbox.id),
      casesOf(tx, { mailbox, policy }, messages, now),
    ]);
    if (!switchedOn) return 'switched_off';
    // Another worker has some of them.
    if (locked.length < ids.length) return 'failed';
    const decisions = judgeInOrder(cases, policy, isChunkDecision);
    const planned = decisions.flatMap(({ plan, answer, about }, place) => {
      const message = messages[place];
      if (message === undefined) return [];
      const { pending, read } = message;
      return [{ plan, context: contextOf({ mailbox, messageId: pending.id, read, answer, about, now, timeZone }) }];
    });
    await applyChunk(tx, planned);
    failpoint('effects_committed:before');
    return planned.map(({ plan }) => plan.disposition);
  });
  failpoint('effects_committed:after');
  return handled;
}

type ChunkDecision = Decision & { readonly plan: ChunkPlan };

/** What is asked back is about a ticket, and goes to its own way. */
const isChunkDecision = (decision: Decision): decision is ChunkDecision =>
  isChunkPlan(decision.plan) && decision.answer?.kind !== 'operation_confirmation';

/** The messages with their facts, in their order. */
async function casesOf(
  tx: Tx,
  { mailbox }: HandledFor,
  messages: readonly MessageToHandle[],
  now: string,
): Promise<readonly CaseInOrder[]> {
  const requests = messages.flatMap(({ pending, read }) =>
    read.understanding.ok ? [factsRequestOf(mailbox, pending, read.understanding, read, now)] : [],
  );
  const facts = (await readPlainFacts(tx, requests)).values();
  return messages.map(({ pending: { id, arrivedAt }, read: { understanding, verdict } }): CaseInOrder => {
    const sender = senderOf(understanding);
    if (!understanding.ok) return { id, arrivedAt, sender, contentKey: null, mail: understanding };
    const { value } = facts.next();
    if (value === undefined) throw new Error('The facts of a message are missing.');
    return {
      id,
      arrivedAt,
      sender,
      contentKey: understanding.contentKey,
      mail: { ...understanding, facts: value, verdict },
    };
  });
}
