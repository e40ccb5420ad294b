import type { Instruction } from '../messages/instruction.ts';
import { isEntitled } from './decide-sender.ts';
import type { TicketReference } from './facts-query.ts';
import type { Facts, TicketFacts } from './facts.ts';

/** For whoever wrote a number without its letter that means more than one ticket of theirs. */
export const severalTickets = (tickets: readonly Pick<TicketFacts, 'number'>[]): string =>
  `The number without its letter means ${tickets.map(({ number }) => number).join(' and ')}: write the letter, too.`;

/**
 * Spec §6: a number without its letter is the one ticket of that day and count on which the sender may act. With none or several of
 * them there is no ticket, and `namesakes` holds the several.
 */
export const withNamesake = (
  facts: Facts,
  reference: TicketReference | null,
  { instruction, trusted }: { readonly instruction: Instruction; readonly trusted: boolean },
): Facts => {
  if (reference === null || facts.namesakes.length === 0) return facts;
  const own = facts.namesakes.filter((ticket) => trusted || isEntitled({ facts, instruction }, ticket));
  const [ticket, another] = own;
  return ticket !== undefined && another === undefined
    ? { ...facts, ticket: { ...ticket, by: reference.by }, namesakes: [] }
    : { ...facts, namesakes: own };
};
