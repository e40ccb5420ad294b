import { activities, type TicketLife } from './ticket-life.ts';

/**
 * The end of every process: people work on the ticket until it is solved; its requestor is asked whether it is, and it is closed when
 * they say so, or nothing, in time. Refused, it is worked on again.
 */
export async function workUntilClosed(life: TicketLife, phase: string): Promise<void> {
  const { number } = life;
  await life.beginWork(phase, 'an operation: update, hold or solution');
  for (;;) {
    await life.until(({ state }) => state === 'solved' || state === 'closed');
    if (life.ticket().state === 'closed') return;
    await life.step(() => activities.askConfirmation({ number }));
    await life.until(({ state }) => state !== 'solved');
  }
}
