import { isTrustedSender } from '../mailboxes/trusted-senders.ts';
import { isAutomatic } from './automatic.ts';
import type { Employee, Facts } from './facts.ts';
import type { Instruction, InstructionReading } from '../messages/instruction.ts';
import type { Message } from '../messages/message.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';

/** What the sender is told; tags by the names of the template's. */
export type Answer =
  | {
      /** What went wrong, that a ticket was made, or that the mail's files are not with its ticket. */
      readonly kind: 'answer' | 'acknowledgement' | 'documents_not_stored';
      readonly tags: Readonly<Record<string, string>>;
    }
  | {
      /** Whether the mail is theirs: goes to the address on record, never to where the mail came from. */
      readonly kind: 'operation_confirmation';
      readonly employeeId: number;
      /** The ticket that the mail is about; null for none. */
      readonly ticketNumber: string | null;
      readonly tags: Readonly<Record<string, string>>;
    };

/** The refusals that a sender can do something about. Loops, automatic mails and what failed here are nobody's to correct. */
const answered: ReadonlySet<string> = new Set([
  'malformed_instruction',
  'conflicting_variable',
  'unknown_field',
  'invalid_value',
  'unknown_ticket',
  'unknown_category',
  'operation_not_allowed',
  'no_waiting_action',
  'sender_mismatch',
  'not_authorised',
  'already_decided',
  'already_chosen',
  'token_refused',
  'token_required',
  'ticket_closed',
]);

/**
 * The one answer to a message (spec §7); null for none: to automatic mail, to an unknown sender, to one whose authentication failed,
 * or where a switch is off.
 */
export const answerTo = (
  message: Message,
  { instruction, doubt }: InstructionReading,
  { plan, facts, policy }: { readonly plan: Plan; readonly facts: Facts; readonly policy: Policy },
): Answer | null => {
  if (!mayAnswer(message, facts)) return null;
  const notKept = notKeptOf(message, plan);
  if (notKept !== '' && policy.answerErrors) return { kind: 'documents_not_stored', tags: { COMMENT: notKept } };
  // A monitoring system that is no employee reads no mails.
  if (facts.senderIsStranger && message.from.some(({ address }) => isTrustedSender(address, policy.trustedSenders)))
    return null;
  if (plan.kind === 'create') return policy.acknowledgeTickets ? { kind: 'acknowledgement', tags: {} } : null;
  // In doubt whose words they are, nothing is done, and the sender is told (spec §5).
  if (plan.disposition === 'filed' && doubt !== undefined && policy.answerErrors)
    return {
      kind: 'answer',
      tags: { SUBJECT: message.subject, ERRORS: doubt.message, UNDERSTOOD: understoodOf(instruction, '–') },
    };
  if (plan.kind !== 'refuse') return null;
  if (plan.reason === 'sender_unproven' && asksToConfirm(message, facts, policy))
    return {
      kind: 'operation_confirmation',
      employeeId: facts.sender.id,
      ticketNumber: (facts.ticket ?? facts.openEvent)?.number ?? null,
      // Without a variable, what wants a proof is a reply that opens its ticket again.
      tags: { SUBJECT: message.subject, UNDERSTOOD: understoodOf(instruction, 'OPERATION = RESTART') },
    };
  if (!policy.answerErrors || !answered.has(plan.reason)) return null;
  return {
    kind: 'answer',
    tags: { SUBJECT: message.subject, ERRORS: plan.explanation, UNDERSTOOD: understoodOf(instruction, '–') },
  };
};

/** Names of the attached files that the plan does not keep; empty for none. */
const notKeptOf = ({ attachments }: Message, plan: Plan): string =>
  plan.warnings.some(({ code }) => code === 'documents_not_stored')
    ? attachments
        .filter(({ inline }) => !inline)
        .map(({ name }) => name)
        .join(', ')
    : '';

/** Whether the agent may write to the sender at all. */
const mayAnswer = (message: Message, facts: Facts): facts is Facts & { readonly sender: Employee } =>
  facts.sender !== null &&
  facts.senderAuthentication !== 'fail' &&
  !isAutomatic(message) &&
  // Whoever wrote first under that address may not be who gets the answer.
  (!facts.senderIsStranger || facts.senderAuthentication === 'pass');

/** Whether the sender of an operation that nothing proves is asked for it (spec §7). */
export const asksToConfirm = (message: Message, facts: Facts, policy: Policy): boolean =>
  policy.unprovenOperation === 'confirm' && mayAnswer(message, facts);

const understoodOf = (instruction: Instruction, nothing: string): string => {
  const understood = [
    ...Object.entries(instruction.variables)
      .filter(([name]) => name !== 'TOKEN')
      .map(([name, value]) => `${name} = ${value}`),
    ...Object.entries(instruction.fields).map(([name, value]) => `${name} = ${value}`),
  ];
  return understood.length === 0 ? nothing : understood.join('\n');
};
