import { loggable } from '../../db/shared/errors.ts';
import { applyPlan } from '../../db/handling/apply-plan.ts';
import { readFacts } from '../../db/handling/facts.ts';
import { lockPending, type PendingMessage, recordAttempt } from '../../db/messages/ledger.ts';
import { isSwitchedOn } from '../../db/mailboxes/mailboxes.ts';
import { postponement } from '../../domain/mailboxes/backoff.ts';
import { type Answer, answerTo } from '../../domain/handling/answer.ts';
import { decide } from '../../domain/handling/decide.ts';
import type { Disposition, QuarantineReason } from '../../domain/messages/disposition.ts';
import { factsQueryFor } from '../../domain/handling/facts-query.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { Plan } from '../../domain/handling/plan.ts';
import type { Policy } from '../../domain/handling/policy.ts';
import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import { headOf } from '../../instructions/mail-head.ts';
import { maskTokens } from '../../instructions/mask-tokens.ts';
import { readInstruction } from '../../instructions/read-instruction.ts';
import type { MimeReading } from '../../mail/mime/mime.ts';
import { screen } from '../../domain/handling/screen.ts';
import { contentKey } from './content-key.ts';
import type { ActivityDeps } from '../shared/deps.ts';
import { isDatabaseAway } from '../shared/faults.ts';

/** A message that has failed so often is quarantined (spec §4). */
const MAX_ATTEMPTS = 5;

/** What became of one message; `postponed`: it has an attempt to come; `already_handled`: another worker was first; `switched_off`: it waits. */
export type Handled = Disposition | 'postponed' | 'already_handled' | 'switched_off';

/**
 * Handles one stored message: understands it, decides, and commits disposition and effects in one transaction.
 * Idempotent by ledger row: one that has a disposition is left alone.
 * @throws when the database cannot be used; any other fault is the message's own, and is recorded with it
 */
export async function handleMessage(
  deps: ActivityDeps,
  mailbox: Mailbox,
  policy: Policy,
  pending: PendingMessage,
  read: () => Promise<ReadMessage>,
): Promise<Handled> {
  try {
    return await commit(deps, mailbox, pending, understand(deps, mailbox, policy, pending, await read()));
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    deps.logger.error({ ...loggable(error), message: pending.id }, 'a message could not be handled');
    return fail(deps, mailbox, pending);
  }
}

/** A message as MIME, and whether its From line is true. */
export interface ReadMessage {
  readonly reading: MimeReading;
  readonly senderAuthentication: SenderAuthentication;
}

interface Decision {
  readonly plan: Plan;
  readonly answer: Answer | null;
}

type ApplyContext = Parameters<typeof applyPlan>[2];
type Understood = Pick<
  ApplyContext,
  'sender' | 'senderAuthentication' | 'token' | 'subject' | 'messageIdHeader' | 'contentKey' | 'contents' | 'replyText'
> & {
  /** Reads the facts that the plan needs, under lock, and makes it, with what the sender is told. */
  readonly decide: (tx: Parameters<typeof applyPlan>[0], now: string) => Promise<Decision>;
};

function understand(
  { timeZone, dateFormat }: ActivityDeps,
  mailbox: Mailbox,
  policy: Policy,
  { arrivedAt, releasedCategoryId, vouched }: PendingMessage,
  { reading, senderAuthentication }: ReadMessage,
): Understood {
  if (!reading.ok) {
    const refusal = quarantine(reading.reason, reading.explanation);
    return {
      sender: reading.from,
      senderAuthentication,
      token: null,
      subject: reading.subject,
      messageIdHeader: reading.messageId,
      contentKey: null,
      contents: new Map(),
      replyText: '',
      decide: () => Promise.resolve({ plan: refusal, answer: null }),
    };
  }
  const { message, contents } = reading;
  const { acceptCurlyQuotes } = mailbox;
  const read = readInstruction(message.text, { dateFormat, timeZone, acceptCurlyQuotes }, headOf(message));
  const instruction = { ...read, bodyWithoutInstructions: maskTokens(read.bodyWithoutInstructions) };
  const lookups = factsQueryFor(message, instruction);
  const key = contentKey(message);
  const screened = screen(message, policy);
  return {
    sender: lookups.sender,
    senderAuthentication,
    token: instruction.instruction.token,
    subject: message.subject,
    messageIdHeader: message.messageId,
    contentKey: key,
    contents,
    replyText: maskTokens(message.text),
    async decide(tx, now) {
      const facts = await readFacts(tx, {
        ...{ lookups, contentKey: key, senderAuthentication },
        ...{ mailbox, arrivedAt, releasedCategoryId, vouched, now },
      });
      if (screened !== null && facts.duplicateOf === null) {
        const { warnings } = instruction;
        return { plan: { kind: 'refuse', disposition: 'rejected', ...screened, warnings }, answer: null };
      }
      const plan = decide(message, instruction, facts, policy);
      return { plan, answer: answerTo(message, instruction, { plan, facts, policy }) };
    },
  };
}

async function commit(
  { db, failpoint, timeZone }: ActivityDeps,
  mailbox: Mailbox,
  pending: PendingMessage,
  { decide: decideNow, ...understood }: Understood,
): Promise<Handled> {
  const now = new Date().toISOString();
  const handled = await db.transaction(async (tx): Promise<Handled> => {
    // One round trip. Spec §2: switching off takes effect before the next message, not after the batch.
    const [locked, switchedOn, decided] = await Promise.all([
      lockPending(tx, pending.id),
      isSwitchedOn(tx, mailbox.id),
      decideNow(tx, now),
    ]);
    if (locked === undefined) return 'already_handled';
    if (!switchedOn) return 'switched_off';
    const { plan, answer } = decided;
    await applyPlan(tx, plan, { ...understood, answer, mailbox, messageId: pending.id, now, timeZone });
    failpoint('effects_committed:before');
    return plan.disposition;
  });
  failpoint('effects_committed:after');
  return handled;
}

async function fail(deps: ActivityDeps, mailbox: Mailbox, pending: PendingMessage): Promise<Handled> {
  const attempts = pending.attempts + 1;
  const error = 'the agent failed on this message; the worker log has the cause';
  if (attempts < MAX_ATTEMPTS) {
    await recordAttempt(deps.db, pending.id, error, new Date(Date.now() + postponement(attempts)).toISOString());
    return 'postponed';
  }
  const refusal = quarantine(
    'failing',
    `Tried ${String(MAX_ATTEMPTS)} times: ${error}. Release it once the cause is gone.`,
  );
  return commit(deps, mailbox, pending, {
    sender: null,
    senderAuthentication: 'none',
    token: null,
    subject: null,
    messageIdHeader: null,
    contentKey: null,
    contents: new Map(),
    replyText: '',
    decide: () => Promise.resolve({ plan: refusal, answer: null }),
  });
}

const quarantine = (reason: QuarantineReason, explanation: string): Plan => ({
  kind: 'refuse',
  disposition: 'quarantined',
  reason,
  explanation,
  warnings: [],
});
