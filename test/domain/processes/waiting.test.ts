import { expect, it } from 'vitest';
import { type WaitingReason, waitingReasonOf } from '../../../src/domain/processes/waiting.ts';
import type { TicketState } from '../../../src/domain/tickets/ticket.ts';

it.each<[TicketState, string | null, boolean, WaitingReason | null]>([
  ['registered', null, false, null],
  ['registered', 'work', false, null],
  ['registered', 'approval', false, 'approval'],
  ['registered', 'approval', true, 'approver'],
  ['registered', 'window', false, 'window'],
  ['registered', 'implementation', false, null],
  ['on_hold', 'approval', true, 'hold'],
  ['on_hold', 'work', false, 'hold'],
  ['solved', 'work', false, 'confirmation'],
  ['closed', 'approval', false, null],
])('a ticket that is %s at %s, with nobody to ask %s, waits for: %s', (state, phase, nobodyToAsk, reason) => {
  expect(waitingReasonOf({ state, phase, nobodyToAsk })).toBe(reason);
});
