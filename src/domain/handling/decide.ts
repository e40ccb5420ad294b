import { changesCategory, decideChange, fileOnly } from './decide-change.ts';
import { decideChoice } from './decide-choice.ts';
import { decideConfirmation } from './decide-confirmation.ts';
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
import { withinStorm } from './decide-storm.ts';
import { isFromMailbox, isProgram } from './automatic.ts';
import type { Request } from './sender-rights.ts';
import type { Facts, TicketFacts } from './facts.ts';
import type { Instruction, InstructionReading } from '../messages/instruction.ts';
import { quarantined, rejected, severalTickets, type DecisionContext, type NoActionPlan } from './refusals.ts';
import { soleSender, ticketReference } from './facts-query.ts';
import type { Message } from '../messages/message.ts';
import type { InstructionError } from '../messages/diagnostic.ts';
import { resolveOperation } from '../tickets/operation.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { screen } from './screen.ts';
import { isTrustedSender } from '../mailboxes/trusted-senders.ts';

/**
 * What is to be done with one message that was understood: pure, total, one plan for any input. `judge` calls it.
 *
 * The order of judgement, first hit wins:
 *  1. the same message was handled before: `duplicate`;
 *  2. an automatic mail (spec §4, screen.ts): `auto_reply`, `report`, `null_return_path`, `own_mail`;
 *  3. no From address, the mailbox's own by way of a list, or several: `no_sender`, `several_senders`;
 *  4. a From line that is proved false: `sender_not_authentic`;
 *  5. more mails from this sender than the limit: `mail_loop`; a Trusted Sender's are a storm instead, see decide-storm.ts;
 *  6. an unknown sender who may not be created: redirected, else `unknown_sender`;
 *  7. errors in the instruction: quarantined for the first one's reason, all of them explained;
 *  8. requestor or recipient named ≠ sender, unless trusted: `sender_mismatch`;
 *  9. a token by which the sender confirms an earlier message of theirs: `confirmed`, or `token_refused`;
 * 10. a stranger too many, made or redirected, is `too_many_strangers` whatever follows;
 *     the ticket: RFC_NUMBER that does not exist is `unknown_ticket`; a sender who may not act on it is `not_authorised`, one who is
 *     not proved enough for it `sender_unproven`;
 * 11. the operation, by the ticket's state.
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
  const screened = screen(message, policy);
  // Its text is not looked at, so nothing is said of it but what its instruction came to.
  if (screened !== null) return { kind: 'refuse', disposition: 'rejected', ...screened, warnings: reading.warnings };
  const sender = soleSender(message);
  if (sender === null || isFromMailbox(message, policy)) return refuseFrom(message, warnings);
  const address = sender.address.toLowerCase();
  const context: DecisionContext = {
    message,
    instruction,
    body: reading.bodyWithoutInstructions,
    ownBody: reading.ownBody ?? reading.bodyWithoutInstructions,
    facts,
    policy,
    sender: { ...sender, address },
    trusted: isTrustedSender(address, policy.trustedSenders),
    program: isProgram(message),
    reference: ticketReference(message, instruction),
    isNumberQuoted: reading.isNumberQuoted === true,
    warnings,
  };
  const plan =
    refuseForged(context) ??
    refuseLoop(context) ??
    refuseUnknownSender(context) ??
    refuseErrors(context, reading.errors) ??
    refuseMismatch(context) ??
    decideConfirmation(context) ??
    decideOperation(context);
  return withinStrangers(context, withinStorm(context, plan));
};

/** Spec §7: all of an instruction is validated before any of it is applied. */
const refuseErrors = (context: DecisionContext, errors: readonly InstructionError[]): NoActionPlan | null => {
  const [first] = errors;
  if (first === undefined) return null;
  const lines = errors.map(({ line, column, message }) =>
    line === null ? message : `Line ${line}, column ${column ?? 1}: ${message}`,
  );
  return quarantined(first.reason, lines.join('\n'), context);
};

const decideOperation = (context: DecisionContext): Plan => {
  const { instruction, facts, reference } = context;
  const { ticket } = facts;
  if (ticket === null)
    return reference?.by === 'rfc_number'
      ? quarantined(
          'unknown_ticket',
          facts.namesakes.length > 1
            ? severalTickets(facts.namesakes)
            : `There is no ticket ${reference.number}: correct @RFC_NUMBER@, or leave it out for a new ticket.`,
          context,
        )
      : (decideEvent(context) ?? withoutTicket(context));

  switch (rightTo(context, requestOf(context, ticket), isEntitled(context, ticket))) {
    case 'rejected':
      return facts.senderAuthentication === 'fail' ? notAuthentic(context) : withoutRight(context, ticket);
    case 'filed':
      return ticket.state === 'closed' && ticket.closedReplyPolicy === 'reject'
        ? takesNoReplies(context, ticket)
        : fileOnly(context, ticket);
    case 'to_confirm':
      if (instruction.choice === null) return refuseUnproven(context, `To change ${ticket.number} so`);
      break;
    case 'allowed':
      break;
  }
  if (instruction.choice !== null) return decideChoice(context, ticket, instruction.choice);
  const operation = resolveOperation(instruction, true);
  if (operation === 'FILE' && ticket.state === 'closed') return decideClosedReply(context, ticket);
  if (operation !== 'CREATE') return decideChange(context, ticket, operation);
  return ticket.by !== 'rfc_number'
    ? decideCreation(context, ticket.number)
    : quarantined(
        'operation_not_allowed',
        `CREATE makes a new ticket, but @RFC_NUMBER@ names ${ticket.number}: leave one of them out.`,
        context,
      );
};

const withoutRight = (context: DecisionContext, ticket: NonNullable<Facts['ticket']>): Plan =>
  ticket.by !== 'rfc_number' && !changesState(context.instruction)
    ? decideCreation(context, ticket.number)
    : rejected(
        'not_authorised',
        `${context.sender.address} may not act on ${ticket.number}: its requestor, its recipient, its support group, the approver asked and Trusted Senders may.`,
        context,
      );

/** What the mail asks for on the ticket; a reply that reopens a closed one is a RESTART, whether or not it says so. */
const requestOf = (context: DecisionContext, ticket: TicketFacts): Request => {
  const { instruction } = context;
  if (instruction.choice !== null) return instruction.token === null ? 'choice' : 'choice_with_token';
  switch (resolveOperation(instruction, true)) {
    case 'CREATE':
      return 'create';
    case 'UPDATE':
      return changesCategory(context, ticket) ? 'category' : 'update';
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
const decideClosedReply = (context: DecisionContext, ticket: TicketFacts): Plan => {
  switch (ticket.closedReplyPolicy) {
    case 'reopen':
      return decideChange(context, ticket, 'RESTART');
    case 'new_linked':
      return decideCreation(context, ticket.number);
    case 'reject':
      return takesNoReplies(context, ticket);
  }
};

const takesNoReplies = (context: DecisionContext, { number }: TicketFacts): NoActionPlan =>
  rejected(
    'ticket_closed',
    `${number} is closed and takes no replies: write a new mail without its number for a new ticket.`,
    context,
  );

const withoutTicket = (context: DecisionContext): Plan =>
  changesState(context.instruction)
    ? quarantined(
        'unknown_ticket',
        `${context.instruction.operation ?? 'A CHOICE'} needs the ticket that it is about: add @RFC_NUMBER@='…' with its number.`,
        context,
      )
    : decideCreation(context, null);

const changesState = ({ operation, choice }: Instruction): boolean =>
  choice !== null || (operation !== null && operation !== 'CREATE');
