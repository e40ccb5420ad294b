import type { TicketLife } from './ticket-life.ts';

/** The end of every process: people work on the ticket until it is solved, and it is closed when nobody objects in time. */
export async function workUntilClosed(life: TicketLife, phase: string): Promise<void> {
  await life.beginWork(phase, 'an operation: update, hold or solution');
  await life.until(({ state }) => state === 'closed');
}
