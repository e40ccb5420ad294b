import { describe, expect, it } from 'vitest';
import type { ApprovalStep } from '../../../src/domain/approvals/approval.ts';
import { type OpenFacts, type OpenPlan, planApproval } from '../../../src/domain/approvals/open.ts';
import type { ApprovalRound } from '../../../src/domain/approvals/round.ts';

const [requestor, recipient, amira, jonas, helper] = [1, 2, 3, 4, 5];

const stepOf = (approvers: readonly number[], escalateTo: number | null = null): ApprovalStep => ({
  approvers,
  rule: 'one',
  remindAfterHours: null,
  escalateAfterHours: escalateTo === null ? null : 24,
  escalateTo,
  expireAfterHours: 48,
  onExpiry: 'refused',
});

const round: ApprovalRound = { number: 2, steps: [stepOf([amira]), stepOf([jonas])], fingerprint: 'f' };
const nextRound: ApprovalRound = { ...round, number: 3 };
const ticket = { state: 'registered', requestorId: requestor, recipientId: recipient } as const;

const facts: OpenFacts = {
  ticket,
  round,
  standing: 'asking',
  nextRound,
  position: 0,
  earlierActionId: null,
  supportGroup: [],
};

const ask = (number: number, step: ApprovalStep): OpenPlan['next'] => ({ kind: 'ask', round: number, step });

describe('a step is to be asked', () => {
  it.each<[string, Partial<OpenFacts>, OpenPlan]>([
    ['of a round that goes on: asked', {}, { newRound: null, next: ask(2, stepOf([amira])) }],
    ['the second one: asked in its turn', { position: 1 }, { newRound: null, next: ask(2, stepOf([jonas])) }],
    ['for the second time: found', { earlierActionId: 77 }, { newRound: null, next: { kind: 'opened', actionId: 77 } }],
    ['after the last: none', { position: 2 }, { newRound: null, next: { kind: 'no_step' } }],
    [
      'for the first time: a round begins',
      { round: null, standing: 'to_ask' },
      { newRound: nextRound, next: ask(3, stepOf([amira])) },
    ],
    [
      'when something else was asked: a new round, whatever was opened before',
      { standing: 'to_ask', earlierActionId: 77 },
      { newRound: nextRound, next: ask(3, stepOf([amira])) },
    ],
    [
      'in the middle of what is void: not open',
      { standing: 'to_ask', position: 1 },
      { newRound: null, next: { kind: 'not_open' } },
    ],
    [
      'in the middle of nothing: not open',
      { round: null, standing: 'to_ask', position: 1 },
      { newRound: null, next: { kind: 'not_open' } },
    ],
    [
      'of a category without steps: none, and that is fixed',
      { round: null, standing: 'approved', nextRound: { ...nextRound, steps: [] } },
      { newRound: { ...nextRound, steps: [] }, next: { kind: 'no_step' } },
    ],
    [
      'of a ticket on hold: asked',
      { ticket: { ...ticket, state: 'on_hold' } },
      { newRound: null, next: ask(2, stepOf([amira])) },
    ],
    [
      'of a solved ticket: not open',
      { ticket: { ...ticket, state: 'solved' } },
      { newRound: null, next: { kind: 'not_open' } },
    ],
    [
      'of a closed ticket: not open',
      { ticket: { ...ticket, state: 'closed' }, earlierActionId: 77 },
      { newRound: null, next: { kind: 'not_open' } },
    ],
  ])('%s', (_, changes, plan) => {
    expect(planApproval({ ...facts, ...changes })).toEqual(plan);
  });

  it.each<[string, ApprovalStep, readonly number[], readonly number[]]>([
    ['its approvers', stepOf([amira, jonas]), [], [amira, jonas]],
    ['not the requestor', stepOf([requestor, jonas]), [], [jonas]],
    ['not the recipient', stepOf([recipient, jonas]), [helper], [jonas]],
    ['without any, who is asked instead', stepOf([requestor], amira), [helper], [amira]],
    ['without them either, the support group', stepOf([requestor], recipient), [helper, requestor], [helper]],
    ['nobody, where nobody is left', stepOf([requestor]), [recipient], []],
  ])('asked are: %s', (_, step, supportGroup, approvers) => {
    const plan = planApproval({ ...facts, round: { ...round, steps: [step] }, supportGroup });
    expect(plan.next).toEqual(ask(2, { ...step, approvers }));
  });
});
