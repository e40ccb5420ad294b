import type { Logger } from 'pino';

import { openConfirmation } from '../../db/approvals/approvals.ts';
import { assignTicket } from '../../db/processes/assign-ticket.ts';
import { endHold, startClocks, warnOfTargets, warnOfWindow } from '../../db/processes/clocks.ts';
import type { Db } from '../../db/shared/connect.ts';
import { promoteEvent } from '../../db/processes/promote-event.ts';
import {
  closeTicket,
  enterPhase,
  findOptionalTicketSnapshot,
  type StoredTicketSnapshot,
} from '../../db/processes/ticket-process.ts';
import { changeFields } from '../../domain/approvals/change-request.ts';
import { type DateOptions, readDate } from '../../instructions/values/dates.ts';
import type { TicketActivities } from './ticket.contract.ts';
import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';
import { inOurWords } from '../shared/faults.ts';
import { unknown } from '../shared/unknown.ts';

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
        const view = await findOptionalTicketSnapshot(db, input.number);
        if (view === undefined) throw unknown('UnknownTicket', `There is no ticket ${input.number}.`);
        return withWindow(view, dates);
      });
  };
  return {
    readTicket: after(() => Promise.resolve()),
    enterPhase: after(({ number, phase, from }) => enterPhase(db, number, phase, from)),
    beginWork: after(async ({ number, phase, from }, now) => {
      if (!(await enterPhase(db, number, phase, from))) return;
      await startClocks(db, number, now);
      await assignTicket(db, number, now);
    }),
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

/** A window whose date cannot be read is none: a change must not wait for ever for a typing error. */
const withWindow = ({ customFields, ...view }: StoredTicketSnapshot, dates: DateOptions): TicketSnapshot => {
  const dateOf = (field: string): string | null => {
    const written = customFields[field];
    return written === undefined ? null : readDate(written.trim(), dates);
  };
  return { ...view, windowStart: dateOf(changeFields.windowStart), windowEnd: dateOf(changeFields.windowEnd) };
};
