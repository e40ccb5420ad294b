import { describe, expect, it } from 'vitest';
import type { ApprovalRequestState, ApprovalStep } from '../../../src/domain/approvals/approval.ts';
import { afterHold, confirmationStep, nextReminder, scheduleOf } from '../../../src/domain/approvals/schedule.ts';
import {
  planEscalation,
  planExpiry,
  planLateAsking,
  planReminder,
  type TimedApproval,
} from '../../../src/domain/approvals/timers.ts';

const [requestor, amira, jonas, boss] = [1, 2, 3, 4];
const at = (hour: number): string => `2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`;
const now = at(12);

const step: ApprovalStep = {
  approvers: [amira, jonas],
  rule: 'all',
  remindAfterHours: 4,
  escalateAfterHours: 8,
  escalateTo: boss,
  expireAfterHours: 16,
  onExpiry: 'refused',
};

const requestsOf = (...states: readonly ApprovalRequestState[]): TimedApproval['requests'] =>
  states.map((state, index) => ({ id: 100 + index, employeeId: [amira, jonas, boss][index] ?? 0, state }));

const approval: TimedApproval = {
  actionId: 9,
  kind: 'approval',
  state: 'waiting',
  step,
  remindAt: now,
  escalateAt: now,
  expiresAt: now,
  requests: requestsOf('asked', 'asked'),
  ticket: { state: 'registered', requestorId: requestor, recipientId: null },
};

const onHold: Partial<TimedApproval> = { ticket: { ...approval.ticket, state: 'on_hold' } };

describe('the times of an approval', () => {
  it('follow from its step, by the clock', () => {
    expect(scheduleOf(step, at(1))).toEqual({ remindAt: at(5), escalateAt: at(9), expiresAt: at(17) });
    expect(scheduleOf({ ...step, remindAfterHours: null, escalateAfterHours: null }, at(1))).toEqual({
      remindAt: null,
      escalateAt: null,
      expiresAt: at(17),
    });
  });

  it.each([
    [at(17), at(16)],
    [at(16), null],
    [at(15), null],
  ])('a reminder at noon of one that expires at %s: next %s', (expiresAt, next) => {
    expect(nextReminder(step, expiresAt, now)).toBe(next);
  });

  it('move by a hold, and by nothing when the clock was set back', () => {
    const schedule = { remindAt: at(13), escalateAt: null, expiresAt: at(20) };
    expect(afterHold(schedule, { heldSince: at(10), now })).toEqual({
      remindAt: at(15),
      escalateAt: null,
      expiresAt: at(22),
    });
    expect(afterHold(schedule, { heldSince: at(13), now })).toEqual(schedule);
  });

  it('of a confirmation end with the time to close', () => {
    const confirmation = confirmationStep(requestor, { closeAt: at(18), now });
    expect(confirmation).toMatchObject({ approvers: [requestor], onExpiry: 'accepted', escalateTo: null });
    expect(scheduleOf(confirmation, now)).toEqual({ remindAt: null, escalateAt: null, expiresAt: at(18) });
  });
});

describe('a timer does nothing', () => {
  it.each<[string, Partial<TimedApproval>]>([
    ['once it is accepted', { state: 'accepted' }],
    ['once it is withdrawn', { state: 'withdrawn' }],
    ['once it has expired', { state: 'expired' }],
    ['on hold', onHold],
    ['before its time', { remindAt: at(13), escalateAt: at(13), expiresAt: at(13) }],
  ])('%s', (_, changes) => {
    const given = { ...approval, ...changes };
    expect([planReminder(given, now), planEscalation(given, now), planExpiry(given, now)]).toEqual([null, null, null]);
  });
});

describe('a reminder', () => {
  it('goes to all who are waited for, and sets the next', () => {
    expect(planReminder({ ...approval, expiresAt: at(20) }, now)).toMatchObject({
      approval: { remindAt: at(16) },
      mail: { to: 'all', kind: 'approval_reminder' },
      superseded: [],
      asked: [],
      action: null,
    });
  });

  it('is none where the step has none, or the last one was given', () => {
    expect(planReminder({ ...approval, step: { ...step, remindAfterHours: null } }, now)).toBeNull();
    expect(planReminder({ ...approval, remindAt: null }, now)).toBeNull();
  });
});

describe('an escalation', () => {
  it.each<[string, Partial<TimedApproval>, readonly number[], readonly number[]]>([
    ['those who are silent lose their place', {}, [100, 101], [boss]],
    ['one who answered keeps it', { requests: requestsOf('accepted', 'asked') }, [101], [boss]],
    ['one who asked back is silent', { requests: requestsOf('accepted', 'information') }, [101], [boss]],
    ['nobody is silent: nothing', { requests: requestsOf('accepted', 'accepted') }, [], []],
    ['who is asked already is not asked twice', { requests: requestsOf('asked', 'accepted', 'asked') }, [100], []],
    ['not to the requestor', { step: { ...step, escalateTo: requestor } }, [], []],
    ['not to the recipient', { ticket: { ...approval.ticket, recipientId: boss } }, [], []],
    ['to nobody', { step: { ...step, escalateTo: null } }, [], []],
  ])('%s', (_, changes, superseded, asked) => {
    const plan = planEscalation({ ...approval, ...changes }, now);
    expect(plan?.approval).toEqual({ escalateAt: null });
    expect(plan?.superseded).toEqual(superseded);
    expect(plan?.asked.map(({ employeeId }) => employeeId)).toEqual(asked);
    expect(plan?.action?.kind).toBe(superseded.length > 0 ? 'escalation' : undefined);
  });
});

describe('an expiry', () => {
  it.each(['accepted', 'refused'] as const)('counts as %s when the step says so', (onExpiry) => {
    expect(planExpiry({ ...approval, step: { ...step, onExpiry } }, now)).toMatchObject({
      approval: { state: 'expired' },
      mail: { to: 'decision', outcome: onExpiry },
      log: { operation: 'EXPIRE', result: onExpiry },
      voidsRound: false,
    });
  });

  it('of what nobody was asked decides nothing', () => {
    expect(planExpiry({ ...approval, requests: [], step: { ...step, onExpiry: 'accepted' } }, now)).toMatchObject({
      approval: {},
      mail: null,
      voidsRound: true,
      log: { result: 'nobody_to_ask' },
    });
  });
});

describe('S-10: an approval that waits with nobody to ask', () => {
  const waiting: TimedApproval = { ...approval, requests: [], step: { ...step, approvers: [], escalateTo: null } };

  it('asks who may decide by now, and its clock starts with them', () => {
    expect(planLateAsking(waiting, [requestor, jonas], now)).toMatchObject({
      approval: { remindAt: at(16), step: { approvers: [jonas] } },
      asked: [{ employeeId: jonas, insteadOfId: null }],
      mail: { to: 'asked', kind: 'approval_request' },
      log: { operation: 'ASK', result: 'asked' },
    });
  });

  it.each<[string, Partial<TimedApproval>, readonly number[]]>([
    ['nobody is there', {}, []],
    ['only the requestor is there', {}, [requestor]],
    ['somebody was asked', { requests: requestsOf('superseded') }, [jonas]],
    ['it is on hold', onHold, [jonas]],
    ['it is decided', { state: 'withdrawn' }, [jonas]],
    ['it is a confirmation', { kind: 'confirmation' }, [jonas]],
  ])('stays as it is while %s', (_, changes, group) => {
    expect(planLateAsking({ ...waiting, ...changes }, group, now)).toBeNull();
  });
});
