import type { TicketFacts } from './facts.ts';

/** For whoever wrote a number without its letter that means more than one ticket of theirs. */
export const severalTickets = (tickets: readonly Pick<TicketFacts, 'number'>[]): string =>
  `The number without its letter means ${tickets.map(({ number }) => number).join(' and ')}: write the letter, too.`;
