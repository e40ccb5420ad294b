import { isAutomatic } from './automatic.ts';
import type { Facts } from './facts.ts';
import type { InstructionReading } from '../messages/instruction.ts';
import type { Message } from '../messages/message.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';

/** What the sender is told: what went wrong, or that a ticket was made. */
export interface Answer {
  readonly kind: 'answer' | 'acknowledgement';
  /** By the names of the template's tags. */
  readonly tags: Readonly<Record<string, string>>;
}

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
  { instruction }: InstructionReading,
  { plan, facts, policy }: { readonly plan: Plan; readonly facts: Facts; readonly policy: Policy },
): Answer | null => {
  if (facts.sender === null || facts.senderAuthentication === 'fail' || isAutomatic(message)) return null;
  // Whoever wrote first under that address may not be who gets the answer.
  if (facts.senderIsStranger && facts.senderAuthentication !== 'pass') return null;
  if (plan.kind === 'create') return policy.acknowledgeTickets ? { kind: 'acknowledgement', tags: {} } : null;
  if (plan.kind !== 'refuse' || !policy.answerErrors || !answered.has(plan.reason)) return null;
  const understood = [
    ...Object.entries(instruction.variables)
      .filter(([name]) => name !== 'TOKEN')
      .map(([name, value]) => `${name} = ${value}`),
    ...Object.entries(instruction.fields).map(([name, value]) => `${name} = ${value}`),
  ];
  return {
    kind: 'answer',
    tags: {
      SUBJECT: message.subject,
      ERRORS: plan.explanation,
      UNDERSTOOD: understood.length === 0 ? '–' : understood.join('\n'),
    },
  };
};
