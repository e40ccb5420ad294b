import type { TicketState } from './ticket.ts';
import type { OwnTransition } from './transitions.ts';

/** Why a process closes its ticket: nobody objected to the solution, the approval was refused, or nobody waits for it any more. */
export type ClosingCause = 'silence' | 'refused' | 'withdrawn';

export interface Closing {
  readonly transition: Extract<OwnTransition, 'CLOSE' | 'CLOSE_REFUSED' | 'CLOSE_WITHDRAWN'>;
  /** For the ticket's history and the log. */
  readonly text: string;
  /** Reopened, its approvers are asked from the first step on. */
  readonly voidsApproval: boolean;
}

/** What is due for the cause; null when the ticket stays as it is. Times are ISO 8601 UTC. */
export const planClosing = (
  cause: ClosingCause,
  {
    state,
    closeAt,
    approved,
  }: { readonly state: TicketState; readonly closeAt: string | null; readonly approved: boolean },
  now: string,
): Closing | null => {
  switch (cause) {
    case 'silence':
      if (state !== 'solved' || closeAt === null || closeAt > now) return null;
      return { transition: 'CLOSE', text: 'Closed: nobody objected to the solution in time.', voidsApproval: false };
    case 'refused':
      if (state === 'closed') return null;
      return { transition: 'CLOSE_REFUSED', text: 'Closed: it was not approved.', voidsApproval: true };
    case 'withdrawn':
      if (state !== 'solved' || approved) return null;
      return {
        transition: 'CLOSE_WITHDRAWN',
        text: 'Closed: it was solved before it was approved.',
        voidsApproval: false,
      };
  }
};
