import * as wf from '@temporalio/workflow';

import type { TicketActivities } from '../activities/contract.ts';
import type { TicketState } from '../domain/ticket.ts';
import { searchAttributes } from './search-attributes.ts';
import { ticketChangedUpdate, type TicketInput, ticketStatusQuery } from './ticket.messages.ts';

const EVENTS_PER_RUN = 500;

// One row is read or written: ten seconds is a database in trouble, and that is retried for as long as it lasts.
const { readTicket, closeTicket } = wf.proxyActivities<TicketActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', nonRetryableErrorTypes: ['UnknownTicket'] },
});

/**
 * "Incident: Standard Process" (spec §9): registered → waits for operations → solved → closed after a time.
 *
 * The database decides what state the ticket is in, in the transaction that handled the mail; the process is told that something
 * changed, reads it, and holds the clock that closes a solved ticket when nobody objects.
 */
export async function incidentStandardProcess(input: TicketInput): Promise<void> {
  let changes = 1; // the registration
  let seen = 0;
  let state: TicketState = 'registered';
  let waitingFor = 'its registration';

  wf.setHandler(ticketStatusQuery, () => ({ state, waitingFor }));
  wf.setHandler(ticketChangedUpdate, async () => {
    changes += 1;
    const mine = changes;
    await wf.condition(() => seen >= mine);
    return { state };
  });

  for (;;) {
    const upTo = changes; // before the reading: a change during it is not lost
    const ticket = await readTicket({ number: input.number });
    state = ticket.state;
    waitingFor = waitsFor(ticket.state, ticket.closeAt);
    if (seen === 0) wf.upsertSearchAttributes([{ key: searchAttributes.category, value: ticket.category }]);
    seen = upTo;
    wf.upsertSearchAttributes([{ key: searchAttributes.ticketState, value: state }]);
    wf.setCurrentDetails(
      `**${input.number}** ${ticket.title}\n\n${state.replaceAll('_', ' ')}; waits for ${waitingFor}.`,
    );

    if (state === 'closed') break;
    if (wf.workflowInfo().historyLength > EVENTS_PER_RUN) {
      await wf.condition(wf.allHandlersFinished);
      await wf.continueAsNew<typeof incidentStandardProcess>(input);
    }
    if (ticket.closeAt === null) {
      await wf.condition(() => changes > seen);
    } else {
      const untilClose = Math.max(0, Date.parse(ticket.closeAt) - Date.now());
      const quiet = !(await wf.condition(() => changes > seen, untilClose, { summary: 'until it is closed' }));
      // Closes only what is still solved and due: a reopening that has just been committed wins.
      if (quiet) await closeTicket({ number: input.number });
    }
  }
  await wf.condition(wf.allHandlersFinished);
}

function waitsFor(state: TicketState, closeAt: string | null): string {
  switch (state) {
    case 'registered':
      return 'an operation: update, hold or solution';
    case 'on_hold':
      return 'the end of its hold';
    case 'solved':
      return closeAt === null ? 'a word of the requestor' : `a word of the requestor, until ${closeAt}`;
    case 'closed':
      return 'nothing';
  }
}
