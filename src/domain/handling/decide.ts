import { changesCategory, decideChange, fileOnly } from './decide-change.ts';
import { decideChoice } from './decide-choice.ts';
import { decideCreation } from './decide-creation.ts';
import { decideEvent } from './decide-event.ts';
import {
  isEntitled,
  notAuthentic,
  refuseForged,
  refuseFrom,
  refuseLoop,
  refuseMismatch,
  refuseUnknownSender,
  refuseUnproven,
  withinStrangers,
  rightTo,
} from './decide-sender.ts';
import { isProgram } from './automatic.ts';
import type { Request } from './sender-rights.ts';
import type { Facts, TicketFacts } from './facts.ts';
import type { Instruction, InstructionReading } from '../messages/instruction.ts';
import { quarantined, rejected, type Case, type Refusal } from './judgement.ts';
import { soleSender, ticketReference } from './lookups.ts';
import type { Message } from '../messages/message.ts';
import type { InstructionError } from '../messages/notice.ts';
import { resolveOperation } from '../tickets/operation.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { isTrustedSender } from './trusted.ts';

/**
 * What is to be done with one message: pure, total, one plan for any input. The automatic mails of spec §4 are screened before it.
 *
 * The order of judgement, first hit wins:
 *  1. the same message was handled before: `duplicate`;
 *  2. no From address, or several: `no_sender`, `several_senders`;
 *  3. a From line that is proved false: `sender_not_authentic`;
 *  4. more mails from this sender than the limit: `mail_loop`;
 *  5. an unknown sender who may not be created: redirected, else `unknown_sender`;
 *  6. errors in the instruction: quarantined for the first one's reason, all of them explained;
 *  7. requestor or recipient named ≠ sender, unless trusted: `sender_mismatch`;
 *  8. a stranger too many, made or redirected, is `too_many_strangers` whatever follows;
 *     the ticket: RFC_NUMBER that does not exist is `unknown_ticket`; a sender who may not act on it is `not_authorised`, one who is
 *     not proved enough for it `sender_unproven`;
 *  9. the operation, by the ticket's state.
 *
 * A mail that names no ticket but the configuration item and the external reference of an open event is about that event.
 *
 * A ticket found only by a reply to the agent's mail, or by its number in the subject, gives way: from a sender who may not act on it, or with CREATE, the mail becomes
 * a new ticket that names the other one. But what changes a state (any operation other than CREATE, and any CHOICE) is never turned
 * into a new ticket: without a ticket it can act on, it fails. CREATE together with RFC_NUMBER says two things at once and fails too.
 */
export const decide = (message: Message, reading: InstructionReading, facts: Facts, policy: Policy): Plan => {
  const { instruction } = reading;
  const warnings = [...message.notices, ...reading.warnings];
  if (facts.duplicateOf !== null)
    return {
      kind: 'refuse',
      disposition: 'duplicate',
      reason: 'same_message',
      explanation: `The same message was handled as number ${facts.duplicateOf} of the ledger.`,
      warnings,
    };
  const sender = soleSender(message);
  if (sender === null) return refuseFrom(message, warnings);
  const address = sender.address.toLowerCase();
  const subject: Case = {
    message,
    instruction,
    body: reading.bodyWithoutInstructions,
    facts,
    policy,
    sender: { ...sender, address },
    trusted: isTrustedSender(address, policy.trustedSenders),
    program: isProgram(message),
    reference: ticketReference(message, instruction),
    warnings,
  };
  return withinStrangers(
    subject,
    refuseForged(subject) ??
      refuseLoop(subject) ??
      refuseUnknownSender(subject) ??
      refuseErrors(subject, reading.errors) ??
      refuseMismatch(subject) ??
      decideOperation(subject),
  );
};

/** Spec §7: all of an instruction is validated before any of it is applied. */
const refuseErrors = (subject: Case, errors: readonly InstructionError[]): Refusal | null => {
  const [first] = errors;
  if (first === undefined) return null;
  const lines = errors.map(({ line, column, message }) =>
    line === null ? message : `Line ${line}, column ${column ?? 1}: ${message}`,
  );
  return quarantined(first.reason, lines.join('\n'), subject);
};

const decideOperation = (subject: Case): Plan => {
  const { instruction, facts, reference } = subject;
  const { ticket } = facts;
  if (ticket === null)
    return reference?.by === 'rfc_number'
      ? quarantined(
          'unknown_ticket',
          `There is no ticket ${reference.number}: correct @RFC_NUMBER@, or leave it out for a new ticket.`,
          subject,
        )
      : (decideEvent(subject) ?? withoutTicket(subject));

  switch (rightTo(subject, requestOf(subject, ticket), isEntitled(subject, ticket))) {
    case 'rejected':
      return facts.senderAuthentication === 'fail' ? notAuthentic(subject) : withoutRight(subject, ticket);
    case 'filed':
      return ticket.state === 'closed' && ticket.closedReplyPolicy === 'reject'
        ? takesNoReplies(subject, ticket)
        : fileOnly(subject, ticket);
    case 'to_confirm':
      if (instruction.choice === null) return refuseUnproven(subject, `To change ${ticket.number} so`);
      break;
    case 'allowed':
      break;
  }
  if (instruction.choice !== null) return decideChoice(subject, ticket, instruction.choice);
  const operation = resolveOperation(instruction, true);
  if (operation === 'FILE' && ticket.state === 'closed') return decideClosedReply(subject, ticket);
  if (operation !== 'CREATE') return decideChange(subject, ticket, operation);
  return ticket.by !== 'rfc_number'
    ? decideCreation(subject, ticket.number)
    : quarantined(
        'operation_not_allowed',
        `CREATE makes a new ticket, but @RFC_NUMBER@ names ${ticket.number}: leave one of them out.`,
        subject,
      );
};

const withoutRight = (subject: Case, ticket: NonNullable<Facts['ticket']>): Plan =>
  ticket.by !== 'rfc_number' && !changesState(subject.instruction)
    ? decideCreation(subject, ticket.number)
    : rejected(
        'not_authorised',
        `${subject.sender.address} may not act on ${ticket.number}: its requestor, its recipient, its support group, the approver asked and Trusted Senders may.`,
        subject,
      );

/** What the mail asks for on the ticket; a reply that reopens a closed one is a RESTART, whether or not it says so. */
const requestOf = (subject: Case, ticket: TicketFacts): Request => {
  const { instruction } = subject;
  if (instruction.choice !== null) return instruction.token === null ? 'choice' : 'choice_with_token';
  switch (resolveOperation(instruction, true)) {
    case 'CREATE':
      return 'create';
    case 'UPDATE':
      return changesCategory(subject, ticket) ? 'category' : 'update';
    case 'STOP':
      return 'stop';
    case 'RESTART':
      return 'restart';
    case 'SOLVE':
      return 'solve';
    case 'FILE':
      return ticket.state === 'closed' && ticket.closedReplyPolicy === 'reopen' ? 'restart' : 'file';
  }
};

/** What a reply does to a closed ticket: its category says (spec §7). */
const decideClosedReply = (subject: Case, ticket: TicketFacts): Plan => {
  switch (ticket.closedReplyPolicy) {
    case 'reopen':
      return decideChange(subject, ticket, 'RESTART');
    case 'new_linked':
      return decideCreation(subject, ticket.number);
    case 'reject':
      return takesNoReplies(subject, ticket);
  }
};

const takesNoReplies = (subject: Case, { number }: TicketFacts): Refusal =>
  rejected(
    'ticket_closed',
    `${number} is closed and takes no replies: write a new mail without its number for a new ticket.`,
    subject,
  );

const withoutTicket = (subject: Case): Plan =>
  changesState(subject.instruction)
    ? quarantined(
        'unknown_ticket',
        `${subject.instruction.operation ?? 'A CHOICE'} needs the ticket that it is about: add @RFC_NUMBER@='…' with its number.`,
        subject,
      )
    : decideCreation(subject, null);

const changesState = ({ operation, choice }: Instruction): boolean =>
  choice !== null || (operation !== null && operation !== 'CREATE');
