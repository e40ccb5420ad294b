import { activities, isUnapproved, type TicketProcess } from './ticket-life.ts';

/** `unapproved`: it is open, and what is to be done now was not approved. */
export type WorkEnd = 'closed' | 'unapproved';

/**
 * The end of every process: people work on the ticket until it is solved; its requestor is asked whether it is, and it is closed when
 * they say so, or nothing, in time. Refused, it is worked on again.
 */
export async function workUntilClosed(life: TicketProcess, phase: string): Promise<WorkEnd> {
  const { number } = life;
  await life.beginWork(phase, 'an operation: update, hold or solution');
  const { approved, phase: entered, state: now } = life.ticket();
  // It was not let in: something else was asked for in the meantime.
  if (approved !== undefined && entered !== phase) return now === 'closed' ? 'closed' : 'unapproved';
  for (;;) {
    await life.until((ticket) => ticket.state === 'solved' || ticket.state === 'closed' || isUnapproved(ticket));
    if (life.ticket().state === 'closed') return 'closed';
    if (isUnapproved(life.ticket())) return 'unapproved';
    await life.step(() => activities.askConfirmation({ number }));
    await life.until(({ state }) => state !== 'solved');
  }
}
