import type { TicketOperation } from './operation.ts';
import type { ActionKind, TicketState } from './ticket.ts';

/** Where an operation leads, or why it leads nowhere: a clause that follows “the ticket”, with what to do instead. */
export type Transition =
  { readonly ok: true; readonly to: TicketState } | { readonly ok: false; readonly because: string };

const to = (state: TicketState): Transition => ({ ok: true, to: state });
const refused = (because: string): Transition => ({ ok: false, because });

/** The state machine of a ticket (spec §6, operations): operation × state. Filing documents is possible in every state. */
const transitions: Readonly<Record<TicketOperation, Readonly<Record<TicketState, Transition>>>> = {
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
};

export const transitionOf = (operation: TicketOperation, state: TicketState): Transition =>
  transitions[operation][state];

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
