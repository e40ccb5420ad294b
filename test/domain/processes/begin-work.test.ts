import { describe, expect, it } from 'vitest';
import type { ApprovalRound } from '../../../src/domain/approvals/round.ts';
import { type BeginFacts, mayEnter, needsAssignment, planBeginning } from '../../../src/domain/processes/begin-work.ts';
import { firstWorkPhase, processNames, workPhases } from '../../../src/domain/processes/process.ts';
import { isWorkingPhase } from '../../../src/domain/approvals/round.ts';

const now = '2026-11-24T09:00:00.000Z';
const nextRound: ApprovalRound = { number: 1, steps: [], fingerprint: 'f' };
const facts: BeginFacts = {
  phase: null,
  approvalRound: null,
  standing: 'approved',
  nextRound,
  clockStartedAt: null,
  heldMinutes: 0,
  priority: 1,
  targets: null,
  hours: null,
  assignedGroup: null,
  supportGroup: 'Service Desk',
};
const entering = { phase: 'work', from: null, now };

describe('work begins', () => {
  it('with its phase, what was asked fixed, its group, and its clock', () => {
    expect(planBeginning(facts, entering)).toEqual({
      ticket: {
        phase: 'work',
        approvalRound: nextRound,
        clockStartedAt: now,
        respondBy: '2026-11-24T09:15:00.000Z',
        solveBy: '2026-11-24T13:00:00.000Z',
        assignedGroup: 'Service Desk',
      },
      assignedTo: 'Service Desk',
    });
  });

  it.each<[string, Partial<BeginFacts>, string | null]>([
    ['its group has it already', { assignedGroup: 'Service Desk' }, null],
    ['its category has no group', { supportGroup: null, assignedGroup: 'Service Desk' }, null],
    ['another group had it', { assignedGroup: 'Network' }, 'Service Desk'],
  ])('where %s, %s is told', (_, changes, told) => {
    const beginning = planBeginning({ ...facts, ...changes }, entering);
    expect(beginning?.assignedTo).toBe(told);
    expect(beginning?.ticket.assignedGroup).toBe({ ...facts, ...changes }.supportGroup);
  });

  it('a second time with the clock and the round that there are', () => {
    const round = { ...nextRound, number: 4 };
    const again = { ...facts, phase: 'work', approvalRound: round, clockStartedAt: '2026-11-24T08:00:00.000Z' };
    expect(planBeginning(again, entering)?.ticket).toMatchObject({
      approvalRound: round,
      clockStartedAt: '2026-11-24T08:00:00.000Z',
      respondBy: '2026-11-24T08:15:00.000Z',
    });
  });

  it.each(['asking', 'to_ask'] as const)('not while it is %s', (standing) => {
    expect(planBeginning({ ...facts, standing }, entering)).toBeNull();
  });

  it('not by an attempt that comes late', () => {
    expect(planBeginning({ ...facts, phase: 'approval' }, entering)).toBeNull();
  });
});

describe('a ticket needs its group', () => {
  it.each<[BeginFacts['standing'], string | null, string | null, boolean]>([
    ['approved', null, 'Service Desk', true],
    ['approved', 'Network', 'Service Desk', true],
    ['approved', 'Network', null, true],
    ['approved', 'Service Desk', 'Service Desk', false],
    ['approved', null, null, false],
    ['asking', null, 'Service Desk', false],
    ['to_ask', 'Network', 'Service Desk', false],
  ])('where it is %s, %s has it and its category names %s: %s', (standing, assignedGroup, supportGroup, needed) => {
    expect(needsAssignment({ standing, assignedGroup, supportGroup })).toBe(needed);
  });
});

describe('R13: an older phase never takes the place of a newer one', () => {
  it.each<[string | null, string, string | null | undefined, boolean]>([
    [null, 'work', null, true],
    ['work', 'work', null, true],
    ['approval', 'work', null, false],
    ['approval', 'fulfilment', 'approval', true],
    ['fulfilment', 'approval', null, false],
    ['approval', 'approval', 'fulfilment', true],
    ['implementation', 'window', 'approval', false],
    ['implementation', 'window', undefined, true],
  ])('at %s, to %s from %s: %s', (current, phase, from, may) => {
    expect(mayEnter(current, { phase, from })).toBe(may);
  });
});

describe('the phases of the processes', () => {
  it.each(processNames)('%s works in a phase that is guarded', (process) => {
    expect(isWorkingPhase(workPhases[process])).toBe(true);
    expect([workPhases[process], null]).toContain(firstWorkPhase(process));
  });

  it('a change waits for its window first, and an unknown process for its administrator', () => {
    expect(firstWorkPhase('Change Request: Approval Board')).toBeNull();
    expect(firstWorkPhase('Coffee')).toBeNull();
  });
});
