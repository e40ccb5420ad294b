import { rejected, type DecisionContext } from './refusals.ts';
import type { Plan } from './plan.ts';

/**
 * A mail that brings the token by which its sender confirms an earlier one (spec §7), and asks for nothing else: by the person who was
 * asked, once, in time, and not by a program. Null when it is none.
 */
export const decideConfirmation = (context: DecisionContext): Plan | null => {
  const { facts, instruction, program, warnings } = context;
  const { confirmation, sender } = facts;
  if (confirmation === null || instruction.choice !== null || instruction.operation !== null) return null;
  const { messageId, employeeId, isAlive } = confirmation;
  return isAlive && sender?.id === employeeId && !program
    ? { kind: 'confirm', disposition: 'confirmed', messageId, warnings }
    : rejected(
        'token_refused',
        'The @TOKEN@ confirms nothing: it was used, its time is over, or it was sent to somebody else. Nothing was changed.',
        context,
      );
};
