import type { TicketOperation } from './operation.ts';
import type { ActionKind, TicketState } from './ticket.ts';

/** What changes a ticket's state without an operation in a mail: a time that has come, or the end of an approval. */
export const ownTransitions = [
  /** Nobody objected to the solution in time. */
  'CLOSE',
  /** Its approval was refused. */
  'CLOSE_REFUSED',
  /** It was solved while its approval was waited for. */
  'CLOSE_WITHDRAWN',
  /** The date of a hold has come. */
  'END_HOLD',
  /** The requestor accepts the solution. */
  'CONFIRM',
  /** The requestor refuses the solution. */
  'REJECT_SOLUTION',
] as const;
export type OwnTransition = (typeof ownTransitions)[number];

export type TransitionName = TicketOperation | OwnTransition;

/** The state of a ticket when it is created, whatever creates it. */
export const initialState = 'registered' satisfies TicketState;

/** Where an operation leads, or why it leads nowhere: a clause that follows “the ticket”, with what to do instead. */
export type Transition =
  { readonly ok: true; readonly to: TicketState } | { readonly ok: false; readonly because: string };

const to = (state: TicketState): Transition => ({ ok: true, to: state });
const refused = (because: string): Transition => ({ ok: false, because });

const onlySolved = (to: TicketState): Readonly<Record<TicketState, Transition>> => ({
  registered: refused('is not solved'),
  on_hold: refused('is not solved'),
  solved: { ok: true, to },
  closed: refused('is closed already'),
});

/** The state machine of a ticket (spec §6, §9): whatever changes a state × state. Filing documents is possible in every state. */
const transitions: Readonly<Record<TransitionName, Readonly<Record<TicketState, Transition>>>> = {
  FILE: {
    registered: to('registered'),
    on_hold: to('on_hold'),
    solved: to('solved'),
    closed: to('closed'),
  },
  UPDATE: {
    registered: to('registered'),
    on_hold: to('on_hold'),
    solved: to('solved'),
    closed: refused('is closed: RESTART it before you change it'),
  },
  STOP: {
    registered: to('on_hold'),
    on_hold: refused('is on hold already'),
    solved: refused('is solved: RESTART it before you put it on hold'),
    closed: refused('is closed: RESTART it before you put it on hold'),
  },
  RESTART: {
    registered: refused('is running: there is nothing to restart'),
    on_hold: to('registered'),
    solved: to('registered'),
    closed: to('registered'),
  },
  SOLVE: {
    registered: to('solved'),
    on_hold: to('solved'),
    solved: refused('is solved already'),
    closed: refused('is closed: RESTART it before you solve it anew'),
  },
  CLOSE: onlySolved('closed'),
  CLOSE_REFUSED: {
    registered: to('closed'),
    on_hold: to('closed'),
    solved: to('closed'),
    closed: refused('is closed already'),
  },
  CLOSE_WITHDRAWN: onlySolved('closed'),
  END_HOLD: {
    registered: refused('is not on hold'),
    on_hold: to('registered'),
    solved: refused('is not on hold'),
    closed: refused('is not on hold'),
  },
  CONFIRM: onlySolved('closed'),
  REJECT_SOLUTION: onlySolved('registered'),
};

export const transitionOf = (name: TransitionName, state: TicketState): Transition => transitions[name][state];

/** A ticket's state with the times that follow from it. Times are ISO 8601 UTC. */
export interface TicketStanding {
  readonly state: TicketState;
  /** When its hold ends by itself; null without a date, or when it is not on hold. */
  readonly holdUntil: string | null;
  /** Null unless on hold. */
  readonly heldSince: string | null;
  /** Null until it is solved. */
  readonly solvedAt: string | null;
  /** When it is closed without a further word; null unless solved. */
  readonly closeAt: string | null;
}

/** Something that happens to a ticket, with the times that it brings along. */
export type TicketTransition =
  | { readonly name: Exclude<TransitionName, 'STOP' | 'SOLVE'> }
  | { readonly name: 'STOP'; readonly heldSince: string; readonly holdUntil: string | null }
  | { readonly name: 'SOLVE'; readonly solvedAt: string; readonly closeAt: string };

const noTimes = { holdUntil: null, heldSince: null, solvedAt: null, closeAt: null };

/** How the ticket stands afterwards; null where the table has no way. */
export const standingAfter = (before: TicketStanding, transition: TicketTransition): TicketStanding | null => {
  const found = transitionOf(transition.name, before.state);
  if (!found.ok) return null;
  switch (transition.name) {
    case 'FILE':
    case 'UPDATE':
      return before;
    case 'STOP':
      return { ...noTimes, state: found.to, heldSince: transition.heldSince, holdUntil: transition.holdUntil };
    case 'SOLVE':
      return { ...noTimes, state: found.to, solvedAt: transition.solvedAt, closeAt: transition.closeAt };
    case 'RESTART':
    case 'END_HOLD':
    case 'REJECT_SOLUTION':
      return { ...noTimes, state: found.to };
    case 'CLOSE':
    case 'CLOSE_REFUSED':
    case 'CLOSE_WITHDRAWN':
    case 'CONFIRM':
      return { ...noTimes, state: found.to, solvedAt: before.solvedAt };
  }
};

type ChangeDisposition = 'updated' | 'reopened' | 'solved' | 'put_on_hold' | 'filed';

/** How a change is recorded: in the ledger, and as an action of the ticket. */
export const recordOf: Readonly<
  Record<TicketOperation, { readonly disposition: ChangeDisposition; readonly action: ActionKind }>
> = {
  FILE: { disposition: 'filed', action: 'reply' },
  UPDATE: { disposition: 'updated', action: 'update' },
  STOP: { disposition: 'put_on_hold', action: 'hold' },
  RESTART: { disposition: 'reopened', action: 'restart' },
  SOLVE: { disposition: 'solved', action: 'solution' },
};
