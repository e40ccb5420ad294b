import { describe, expect, it } from 'vitest';
import { nextAlarm } from '../../../src/domain/processes/alarm.ts';
import { boardRule, riskOf } from '../../../src/domain/approvals/change-request.ts';
import {
  type ClockFacts,
  clockAfterHold,
  dueTimes,
  planWarnings,
  planWindowWarning,
  type WarnedTicket,
  warningsOf,
} from '../../../src/domain/processes/targets.ts';

const clock: ClockFacts = {
  clockStartedAt: '2026-11-24T08:00:00.000Z',
  heldMinutes: 0,
  priority: 1,
  targets: null,
  hours: null,
};

describe('targets', () => {
  it('are the shipped ones where the category has none', () => {
    expect(dueTimes(clock)).toEqual({ respondBy: '2026-11-24T08:15:00.000Z', solveBy: '2026-11-24T12:00:00.000Z' });
  });

  it('are those of the category for the priority, and the shipped ones for another', () => {
    const targets = { '2': { responseMinutes: 10, solutionMinutes: 20 } };
    expect(dueTimes({ ...clock, targets, priority: 2 }).solveBy).toBe('2026-11-24T08:20:00.000Z');
    expect(dueTimes({ ...clock, targets }).solveBy).toBe('2026-11-24T12:00:00.000Z');
  });

  it('move by what the ticket was on hold', () => {
    expect(dueTimes({ ...clock, heldMinutes: 30 }).respondBy).toBe('2026-11-24T08:45:00.000Z');
  });

  it('are warned of after four fifths, and when they are missed', () => {
    expect(
      warningsOf(clock, null).map(({ target, warning, at }) => `${at.slice(11, 16)} ${target} ${warning}`),
    ).toEqual(['08:12 response near', '08:15 response missed', '11:12 solution near', '12:00 solution missed']);
  });

  it('have no warning of a response that was given', () => {
    expect(warningsOf(clock, '2026-11-24T08:01:00.000Z').map(({ target }) => target)).toEqual(['solution', 'solution']);
  });
});

describe('the next alarm', () => {
  const none = { closeAt: null, holdUntil: null, warnAt: null, escalateAt: null };

  it('is the earliest', () => {
    const ticket = { ...none, warnAt: '2026-11-24T09:00:00.000Z', holdUntil: '2026-11-24T08:00:00.000Z' };
    expect(nextAlarm(ticket)).toEqual({ kind: 'end_hold', at: '2026-11-24T08:00:00.000Z' });
  });

  it('is none for a ticket that only an operation changes', () => {
    expect(nextAlarm(none)).toBeNull();
  });
});

describe("a change's risk", () => {
  it('asks every member of the board when it is high', () => {
    expect(boardRule(riskOf({ E_RISK: ' High ' }), 'majority')).toBe('all');
    expect(boardRule(riskOf({ E_RISK: '1' }), 'one')).toBe('all');
  });

  it('never asks fewer, whatever is written', () => {
    for (const written of ['low', '3', '0', 'none', ''])
      expect(boardRule(riskOf({ E_RISK: written }), 'majority')).toBe('majority');
    expect(boardRule(riskOf({}), 'majority')).toBe('majority');
  });
});

describe('warnings that are due', () => {
  const given = { target: 'response', warning: 'near', dueAt: '2026-11-24T08:15:00.000Z' } as const;
  const ticket: WarnedTicket = { state: 'registered', respondedAt: null, clock, given: [] };
  const at = (time: string): string => `2026-11-24T${time}:00.000Z`;

  it.each<[string, Partial<WarnedTicket>, string, readonly (string | null)[]]>([
    ['before the first', {}, '08:11', []],
    ['near', {}, '08:12', [`The target for the response is near: ${at('08:15')}.`]],
    ['near, and told', { given: [given] }, '08:14', []],
    ['missed', { given: [given] }, '08:15', [`The target for the response was missed: ${at('08:15')}.`]],
    [
      'near and missed at once: one word',
      {},
      '08:15',
      [null, `The target for the response was missed: ${at('08:15')}.`],
    ],
    ['responded to', { respondedAt: at('08:01') }, '08:15', []],
    [
      'another target since: told again',
      { given: [{ ...given, dueAt: at('08:00') }] },
      '08:12',
      [`The target for the response is near: ${at('08:15')}.`],
    ],
    ['on hold', { state: 'on_hold' }, '23:00', []],
    ['solved', { state: 'solved' }, '23:00', []],
    ['without a clock', { clock: null }, '23:00', []],
  ])('%s', (_, changes, time, texts) => {
    expect(planWarnings({ ...ticket, ...changes }, at(time)).map(({ text }) => text)).toEqual(texts);
  });

  it.each<[Partial<WarnedTicket>, boolean]>([
    [{}, true],
    [{ state: 'on_hold' }, true],
    [{ state: 'solved' }, false],
    [{ state: 'closed' }, false],
    [{ given: [{ target: 'window', warning: 'missed', dueAt: at('10:00') }] }, false],
    [{ given: [{ target: 'window', warning: 'missed', dueAt: at('09:00') }] }, true],
  ])('a window that ended, %j: told %s', (changes, told) => {
    expect(planWindowWarning({ ...ticket, ...changes }, at('10:00')) !== null).toBe(told);
  });
});

describe('after a hold', () => {
  it.each([
    ['08:30', '09:00', 0, 30],
    ['07:00', '08:10', 0, 10],
    ['08:30', '08:30', 5, 5],
  ])('from %s to %s, with %d minutes before: %d minutes held', (heldSince, end, before, heldMinutes) => {
    const after = clockAfterHold(
      { ...clock, heldMinutes: before },
      { heldSince: `2026-11-24T${heldSince}:00.000Z`, now: `2026-11-24T${end}:00.000Z` },
    );
    expect(after).toEqual({ heldMinutes, ...dueTimes({ ...clock, heldMinutes }) });
  });
});
