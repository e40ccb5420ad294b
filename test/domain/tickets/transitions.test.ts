import { describe, expect, it } from 'vitest';
import { type ClosingCause, planClosing } from '../../../src/domain/tickets/closing.ts';
import { type TicketState, ticketStates } from '../../../src/domain/tickets/ticket.ts';
import {
  initialState,
  standingAfter,
  type TicketStanding,
  type TicketTransition,
  type TransitionName,
  transitionOf,
} from '../../../src/domain/tickets/transitions.ts';

/** In the order of `ticketStates`; null: there is no way. */
const table: Readonly<Record<TransitionName, readonly (TicketState | null)[]>> = {
  FILE: ['registered', 'on_hold', 'solved', 'closed'],
  UPDATE: ['registered', 'on_hold', 'solved', null],
  STOP: ['on_hold', null, null, null],
  RESTART: [null, 'registered', 'registered', 'registered'],
  SOLVE: ['solved', 'solved', null, null],
  CLOSE: [null, null, 'closed', null],
  CLOSE_REFUSED: ['closed', 'closed', 'closed', null],
  CLOSE_WITHDRAWN: [null, null, 'closed', null],
  END_HOLD: [null, 'registered', null, null],
  CONFIRM: [null, null, 'closed', null],
  REJECT_SOLUTION: [null, null, 'registered', null],
};

const rows = Object.entries(table).flatMap(([name, ways]) =>
  ticketStates.map((state, index) => ({ name: name as TransitionName, state, to: ways[index] ?? null })),
);

const noTimes = { holdUntil: null, heldSince: null, solvedAt: null, closeAt: null };
const times: Readonly<Record<TicketState, Omit<TicketStanding, 'state'>>> = {
  registered: noTimes,
  on_hold: { ...noTimes, heldSince: 'H', holdUntil: 'U' },
  solved: { ...noTimes, solvedAt: 'S', closeAt: 'C' },
  closed: { ...noTimes, solvedAt: 'S' },
};

const transition = (name: TransitionName): TicketTransition => {
  if (name === 'STOP') return { name, heldSince: 'new H', holdUntil: 'new U' };
  if (name === 'SOLVE') return { name, solvedAt: 'new S', closeAt: 'new C' };
  return { name };
};

describe('the state machine of a ticket', () => {
  it('begins as registered', () => {
    expect(initialState).toBe('registered');
  });

  it.each(rows)('$name of a ticket that is $state leads to $to', ({ name, state, to }) => {
    const way = transitionOf(name, state);
    expect(way.ok ? way.to : null).toBe(to);
    if (!way.ok) expect(way.because).toMatch(/^is /);
  });

  it.each(rows)('$name of a ticket that is $state leaves it with the times of $to alone', ({ name, state, to }) => {
    const after = standingAfter({ state, ...times[state] }, transition(name));
    if (to === null) expect(after).toBeNull();
    else if (name === 'FILE' || name === 'UPDATE') expect(after).toEqual({ state, ...times[state] });
    else {
      const given = {
        registered: noTimes,
        on_hold: { ...noTimes, heldSince: 'new H', holdUntil: 'new U' },
        solved: { ...noTimes, solvedAt: 'new S', closeAt: 'new C' },
        closed: { ...noTimes, solvedAt: times[state].solvedAt },
      };
      expect(after).toEqual({ state: to, ...given[to] });
    }
  });
});

describe('a process closes its ticket', () => {
  const now = '2026-11-24T12:00:00.000Z';
  const later = '2026-11-24T12:00:00.001Z';
  it.each<[ClosingCause, TicketState, string | null, boolean, string | null]>([
    ['silence', 'solved', now, true, 'CLOSE'],
    ['silence', 'solved', later, true, null],
    ['silence', 'solved', null, true, null],
    ['silence', 'registered', now, true, null],
    ['silence', 'closed', now, true, null],
    ['refused', 'registered', null, false, 'CLOSE_REFUSED'],
    ['refused', 'on_hold', null, false, 'CLOSE_REFUSED'],
    ['refused', 'solved', later, false, 'CLOSE_REFUSED'],
    ['refused', 'closed', null, false, null],
    ['withdrawn', 'solved', later, false, 'CLOSE_WITHDRAWN'],
    ['withdrawn', 'solved', later, true, null],
    ['withdrawn', 'registered', null, false, null],
    ['withdrawn', 'closed', null, false, null],
  ])('for %s, %s until %s, approved %s: %s', (cause, state, closeAt, approved, expected) => {
    const closing = planClosing(cause, { state, closeAt, approved }, now);
    expect(closing?.transition ?? null).toBe(expected);
    if (closing !== null) {
      expect(transitionOf(closing.transition, state).ok).toBe(true);
      expect(closing.voidsApproval).toBe(cause === 'refused');
    }
  });
});
