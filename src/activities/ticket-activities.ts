import { ApplicationFailure } from '@temporalio/activity';
import type { Logger } from 'pino';

import type { Db } from '../db/connect.ts';
import { closeSolvedTicket, findOptionalProcessView } from '../db/ticket-process.ts';
import type { TicketActivities } from './contract.ts';
import { inOurWords } from './faults.ts';

export const createTicketActivities = ({
  db,
  logger,
}: {
  readonly db: Db;
  readonly logger: Logger;
}): TicketActivities => ({
  readTicket: ({ number }) =>
    inOurWords(logger, async () => (await findOptionalProcessView(db, number)) ?? unknownTicket(number)),
  closeTicket: ({ number }) =>
    inOurWords(logger, async () => ({
      state: (await closeSolvedTicket(db, number, new Date().toISOString())) ?? unknownTicket(number),
    })),
});

const unknownTicket = (number: string): never => {
  throw ApplicationFailure.nonRetryable(`There is no ticket ${number}.`, 'UnknownTicket');
};
