import type { TicketState } from '../tickets/ticket.ts';

/** What a ticket waits for before people can go on with it. */
export const waitingReasons = [
  /** Its approvers. */
  'approval',
  /** Somebody who may approve: there is nobody. */
  'approver',
  /** The beginning of a change's window. */
  'window',
  /** The end of its hold. */
  'hold',
  /** The requestor's word about the solution. */
  'confirmation',
] as const;
export type WaitingReason = (typeof waitingReasons)[number];

/** Null for a ticket that people work on, and for a closed one. A hold comes before the rest: the clocks of an approval rest, too. */
export const waitingReasonOf = ({
  state,
  phase,
  nobodyToAsk,
}: {
  readonly state: TicketState;
  readonly phase: string | null;
  /** An approval waits that nobody could be asked for. */
  readonly nobodyToAsk: boolean;
}): WaitingReason | null => {
  switch (state) {
    case 'closed':
      return null;
    case 'solved':
      return 'confirmation';
    case 'on_hold':
      return 'hold';
    case 'registered':
      if (nobodyToAsk) return 'approver';
      return phase === 'approval' || phase === 'window' ? phase : null;
  }
};
