import { randomUUID } from 'node:crypto';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Notice } from '../domain/notice.ts';
import type { Plan } from '../domain/plan.ts';
import { changeTicket } from './apply-change.ts';
import { createTicket } from './apply-creation.ts';
import type { Tx } from './connect.ts';
import { recordDisposition } from './ledger.ts';
import { appendLog, type LogLevel } from './operation-log.ts';
import { outbox } from './schema/index.ts';

/** The message that a plan was made for. */
export interface ApplyContext {
  /** The ledger row, locked by `lockPending`. */
  readonly messageId: number;
  readonly mailbox: Pick<Mailbox, 'id' | 'address'>;
  /** The sender's address, lower case; null when there is no one sender. */
  readonly sender: string | null;
  readonly subject: string | null;
  /** RFC 5322 msg-id of the message; null when it has none. */
  readonly messageIdHeader: string | null;
  readonly contentKey: string | null;
  /** Bytes of the attachments by SHA-256. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** The message's text, which a plan may keep as a document. */
  readonly replyText: string;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** IANA name: of the day in ticket numbers. */
  readonly timeZone: string;
}

/** What a plan's effects came to. The statements that settle them are under way together, on the transaction's one connection. */
export interface Effects {
  readonly ticketNumber: string | null;
  readonly statements: readonly PromiseLike<unknown>[];
}

/**
 * Does what the plan says and records it in ledger and log, all within the caller's transaction: a failure anywhere must roll it back.
 * Creating a ticket for a known requestor takes at most eight statements, most of them sent without waiting for one another.
 */
export const applyPlan = async (
  tx: Tx,
  plan: Plan,
  context: ApplyContext,
): Promise<{ readonly ticketNumber: string | null }> => {
  const { ticketNumber, statements } = await applyEffects(tx, plan, context);
  const { messageId, mailbox, sender, now } = context;
  const refusal = plan.kind === 'refuse' ? plan : null;
  await Promise.all([
    ...statements,
    recordDisposition(tx, {
      id: messageId,
      disposition: plan.disposition,
      reason: refusal?.reason ?? null,
      explanation: refusal?.explanation ?? null,
      notices: plan.warnings,
      ticketNumber,
      messageId: context.messageIdHeader,
      contentKey: context.contentKey,
      fromAddress: sender,
      subject: context.subject,
      now,
    }),
    appendLog(tx, {
      at: now,
      level: levelOf(plan),
      mailboxId: mailbox.id,
      messageId,
      operation: operationOf(plan),
      ticketNumber,
      who: sender ?? 'unknown',
      result: plan.disposition,
      reason: refusal === null ? warningsInWords(plan.warnings) : `${refusal.reason}: ${refusal.explanation}`,
    }),
  ]);
  return { ticketNumber };
};

const applyEffects = async (tx: Tx, plan: Plan, context: ApplyContext): Promise<Effects> => {
  switch (plan.kind) {
    case 'create':
      return createTicket(tx, plan, context);
    case 'change':
      return changeTicket(tx, plan, context);
    case 'choice':
      // Facts name no waiting action before there are approvals, so that no plan can answer one.
      throw new Error('A choice cannot be recorded: there are no approvals.');
    case 'redirect':
      return { ticketNumber: null, statements: [redirect(tx, plan.to, context)] };
    case 'refuse':
      return { ticketNumber: null, statements: [] };
  }
};

/** Spec §7: the original goes along as an attachment. */
const redirect = (tx: Tx, to: string, { messageId, mailbox, sender, subject, now }: ApplyContext) =>
  tx.insert(outbox).values({
    kind: 'redirect',
    messageIdHeader: `<${randomUUID()}@${/@(.+)$/.exec(mailbox.address)?.[1] ?? 'tsa.invalid'}>`,
    mailboxId: mailbox.id,
    toAddress: to,
    subject: `Fwd: ${subject ?? ''}`,
    text:
      `The attached mail came to ${mailbox.address} from ${sender ?? 'an unknown sender'}, who is not known as an employee.\n` +
      'No ticket was made of it.\n',
    attachedMessageId: messageId,
    createdAt: now,
  });

const levelOf = (plan: Plan): LogLevel => {
  if (plan.disposition === 'quarantined') return 'error';
  return plan.disposition === 'rejected' || plan.warnings.length > 0 ? 'warning' : 'info';
};

const operationOf = (plan: Plan): string => {
  switch (plan.disposition) {
    case 'created':
      return 'CREATE';
    case 'updated':
      return 'UPDATE';
    case 'reopened':
      return 'RESTART';
    case 'solved':
    case 'choice_recorded':
      return 'SOLVE';
    case 'put_on_hold':
      return 'STOP';
    case 'filed':
      return 'FILE';
    case 'redirected':
      return 'REDIRECT';
    case 'rejected':
    case 'duplicate':
    case 'quarantined':
      return 'REFUSE';
  }
};

const warningsInWords = (warnings: readonly Notice[]): string | null =>
  warnings.length === 0 ? null : warnings.map(({ message }) => message).join(' ');
