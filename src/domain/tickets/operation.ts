import type { Instruction, OperationName } from '../messages/instruction.ts';

/** An operation on an existing ticket; FILE stands for none: what came is stored and nothing changes. */
export type TicketOperation = Exclude<OperationName, 'CREATE'> | 'FILE';

/** What the mail orders once it is known whether it names a ticket (spec §6, OPERATION). */
export const resolveOperation = (instruction: Instruction, namesTicket: boolean): 'CREATE' | TicketOperation => {
  if (instruction.operation !== null) return instruction.operation;
  if (!namesTicket) return 'CREATE';
  return changesFields(instruction) ? 'UPDATE' : 'FILE';
};

const changesFields = (instruction: Instruction): boolean =>
  Object.keys(instruction.customFields).length > 0 ||
  [
    instruction.category,
    instruction.asset,
    instruction.configurationItem,
    instruction.urgency,
    instruction.impact,
    instruction.severity,
    instruction.origin,
    instruction.title,
    instruction.description,
    instruction.phone,
    instruction.location,
    instruction.department,
    instruction.externalReference,
    instruction.comment,
  ].some((value) => value !== null);
