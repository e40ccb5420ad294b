import { randomUUID } from 'node:crypto';
import { domainOf } from '../../domain/messages/address.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import type { Plan } from '../../domain/handling/plan.ts';
import type { MessageEvent } from '../../domain/log/operation-log-event.ts';
import type { ApplyContext } from './apply-context.ts';
import type { LogLevel, NewLogEntry } from '../log/operation-log.ts';
import type { DispositionRecord } from '../messages/ledger.ts';
import type { insertTicket } from '../tickets/ticket-state.ts';

type CreatePlan = Extract<Plan, { readonly kind: 'create' }>;

/** The rows that a plan comes to, the same whether it is applied alone or with others. */
export const ticketOf = (
  { category, fields, relatedTo, parent, stormOf }: CreatePlan,
  { mailbox }: ApplyContext,
  made: { readonly number: string; readonly requestorId: number; readonly recipientId: number | null },
) =>
  ({
    ...fields,
    ...made,
    type: category.ticketType,
    process: category.process,
    mailboxId: mailbox.id,
    relatedTo,
    parent,
    stormOf: stormOf ?? null,
  }) satisfies Parameters<typeof insertTicket>[1];

export const dispositionOf = (
  plan: Plan,
  { messageId, messageIdHeader, contentKey, sender, senderAuthentication, subject, about, rules, now }: ApplyContext,
  ticketNumber: string | null,
): DispositionRecord => ({
  id: messageId,
  disposition: plan.disposition,
  reason: plan.kind === 'refuse' ? plan.reason : null,
  explanation: plan.kind === 'refuse' ? plan.explanation : null,
  notices: plan.warnings,
  rules: [...rules],
  ticketNumber: ticketNumber ?? about,
  messageId: messageIdHeader,
  contentKey,
  fromAddress: sender,
  senderAuthentication,
  subject,
  now,
});

export const logEntryOf = (
  plan: Plan,
  { messageId, mailbox, sender, about, now }: ApplyContext,
  { ticketNumber, isTold }: { readonly ticketNumber: string | null; readonly isTold: boolean },
): Required<NewLogEntry> => ({
  at: now,
  level: levelOf(plan),
  mailboxId: mailbox.id,
  messageId,
  operation: operationOf(plan),
  ticketNumber: ticketNumber ?? about,
  who: sender ?? 'unknown',
  whoKind: 'mail',
  result: plan.disposition,
  reason: reasonOf(plan, isTold ? '' : ' The sender gets no mail about it: enough were sent in this hour.'),
});

/** Spec §7: the original goes along as an attachment. */
export const redirectOf = (to: string, { messageId, mailbox, subject, now }: ApplyContext) => ({
  kind: 'redirect' as const,
  messageIdHeader: `<${randomUUID()}@${domainOf(mailbox.address) || 'tsa.invalid'}>`,
  mailboxId: mailbox.id,
  toAddress: to,
  tags: { SUBJECT: subject ?? '' },
  attachedMessageId: messageId,
  createdAt: now,
});

const reasonOf = (plan: Plan, untold: string): string | null => {
  if (plan.kind === 'refuse') return `${plan.reason}: ${plan.explanation}${untold}`;
  if (plan.kind === 'confirm') return `Message ${plan.messageId} is handled again.`;
  return warningsInWords(plan.warnings);
};

const levelOf = (plan: Plan): LogLevel => {
  if (plan.disposition === 'quarantined') return 'error';
  return plan.disposition === 'rejected' || plan.warnings.length > 0 ? 'warning' : 'info';
};

const operationOf = (plan: Plan): MessageEvent => {
  switch (plan.disposition) {
    case 'created':
      return 'CREATE';
    case 'updated':
      return 'UPDATE';
    case 'reopened':
      return 'RESTART';
    case 'solved':
    case 'choice_recorded':
    case 'choice_pending':
      return 'SOLVE';
    case 'put_on_hold':
      return 'STOP';
    case 'filed':
      return 'FILE';
    case 'confirmed':
      return 'CONFIRM';
    case 'redirected':
      return 'REDIRECT';
    case 'rejected':
    case 'duplicate':
    case 'quarantined':
      return 'REFUSE';
  }
};

const warningsInWords = (warnings: readonly Diagnostic[]): string | null =>
  warnings.length === 0 ? null : warnings.map(({ message }) => message).join(' ');
