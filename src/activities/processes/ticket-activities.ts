import type { Logger } from 'pino';

import { openConfirmation } from '../../db/approvals/approvals.ts';
import { assignTicket } from '../../db/processes/assign-ticket.ts';
import { beginWork } from '../../db/processes/begin-work.ts';
import { endHold } from '../../db/processes/end-hold.ts';
import { warnOfTargets, warnOfWindow } from '../../db/processes/target-warnings.ts';
import type { Db } from '../../db/shared/connect.ts';
import { promoteEvent } from '../../db/processes/promote-event.ts';
import { closeTicket, enterPhase } from '../../db/processes/ticket-process.ts';
import { findOptionalTicketSnapshot } from '../../db/processes/ticket-snapshot.ts';
import type { DateOptions } from '../../instructions/values/dates.ts';
import type { TicketActivities } from './ticket.contract.ts';
import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';
import { inOurWords } from '../shared/faults.ts';
import { unknown } from '../shared/unknown.ts';
import { withWindow } from './change-window.ts';

export interface TicketActivityDeps extends DateOptions {
  readonly db: Db;
  readonly logger: Logger;
}

export const createTicketActivities = ({ db, logger, ...dates }: TicketActivityDeps): TicketActivities => {
  /** Does something to a ticket, and reads it. */
  const after = <Input extends { readonly number: string }>(
    effect: (input: Input, now: string) => Promise<unknown>,
  ): ((input: Input) => Promise<TicketSnapshot>) => {
    return (input) =>
      inOurWords(logger, async () => {
        await effect(input, new Date().toISOString());
        const snapshot = await findOptionalTicketSnapshot(db, input.number);
        if (snapshot === undefined) throw unknown('UnknownTicket', `There is no ticket ${input.number}.`);
        return withWindow(snapshot, dates);
      });
  };
  return {
    readTicket: after(() => Promise.resolve()),
    enterPhase: after(({ number, phase, from }) => enterPhase(db, number, phase, from)),
    beginWork: after((input, now) => beginWork(db, { ...input, now })),
    assignTicket: after(({ number }, now) => assignTicket(db, number, now)),
    closeTicket: after(({ number }, now) => closeTicket(db, number, 'silence', now)),
    closeRefused: after(({ number }, now) => closeTicket(db, number, 'refused', now)),
    closeWithdrawn: after(({ number }, now) => closeTicket(db, number, 'withdrawn', now)),
    endHold: after(({ number }, now) => endHold(db, number, now)),
    warnOfTargets: after(({ number }, now) => warnOfTargets(db, number, now)),
    askConfirmation: after(({ number }, now) => openConfirmation(db, number, now)),
    warnOfWindow: after(({ number, windowEnd }, now) => warnOfWindow(db, number, windowEnd, now)),
    escalateEvent: after(({ number }, now) => promoteEvent(db, number, now, dates.timeZone)),
  };
};
