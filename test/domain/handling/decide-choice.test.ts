import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalRequestStates, approvalRules, outcomeOf, tally } from '../../../src/domain/approvals/approval.ts';
import { requestFor } from '../../../src/domain/approvals/who-decides.ts';
import type { ApprovalFacts } from '../../../src/domain/approvals/approval.ts';
import type { Plan } from '../../../src/domain/handling/plan.ts';
import { decide } from '../../../src/domain/handling/decide.ts';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import {
  agent,
  approval,
  decidedOn,
  factsOf,
  frank,
  from,
  grace,
  instruction,
  number,
  explanationOf,
  reasonOf,
  ticket,
  type Given,
} from '../builders.ts';

const board = approval([grace, agent]);
const token = { actionId: 5, requestId: 1, used: false };

const chosen = (waiting: ApprovalFacts, over: Given = {}): Plan =>
  decidedOn(
    {},
    {
      message: from('gsmith@aef.com'),
      ...over,
      instruction: { operation: 'SOLVE', choice: '1', ...over.instruction },
      facts: { sender: grace, ticket: { ...ticket({ approval: waiting }), by: 'rfc_number' }, ...over.facts },
    },
  );
const withToken = (over: Given = {}): Given => ({
  ...over,
  instruction: { token: 'secret', ...over.instruction },
  facts: { token, ...over.facts },
});
const effect = (plan: Plan): string => (plan.kind === 'choice' ? plan.effect : reasonOf(plan));

describe('a CHOICE (spec §7, §9)', () => {
  it.each([
    ['1', 'accepted'],
    ['0', 'refused'],
    ['2', 'question'],
  ] as const)('%s of the approver with a token: %s', (choice, expected) => {
    const plan = chosen(board, withToken({ instruction: { choice }, body: 'Because.' }));
    expect(plan).toMatchObject({
      kind: 'choice',
      disposition: 'choice_recorded',
      actionId: 5,
      requestId: 1,
      choiceBy: grace.id,
      effect: expected,
      comment: 'Because.',
    });
  });

  it('waits for the others where all must accept', () => {
    expect(effect(chosen({ ...board, rule: 'all' }, withToken()))).toBe('waiting');
  });

  it('is a delegate’s to make, in the place of the approver', () => {
    const [first, second] = board.requests;
    if (first === undefined || second === undefined) throw new Error('two are asked');
    const delegated = { ...board, requests: [{ ...first, employeeId: 99, delegates: [grace.id] }, second] };
    expect(chosen(delegated, withToken())).toMatchObject({ requestId: 1, choiceBy: grace.id, effect: 'accepted' });
  });

  it.each([null, 'UPDATE', 'STOP', 'RESTART', 'CREATE'] as const)('with operation %s is refused', (operation) => {
    expect(reasonOf(chosen(board, { instruction: { operation } }))).toBe('operation_not_allowed');
  });

  it('where nothing asks for one is quarantined', () => {
    const facts = { sender: frank, ticket: { ...ticket(), by: 'rfc_number' as const } };
    expect(reasonOf(chosen(board, { facts }))).toBe('no_waiting_action');
  });
});

describe('A07: who may choose', () => {
  it.each([
    ['the requestor', {}],
    ['a trusted sender', { policy: { trustedSenders: ['aef.com'] } }],
    ['a sender whose authentication passed', { facts: { senderAuthentication: 'pass' as const } }],
  ])('not %s, who was not asked', (_name, over: Given) => {
    expect(reasonOf(chosen(board, { ...over, facts: { ...over.facts, sender: frank } }))).toBe('not_authorised');
  });

  it('not one who was asked and is not any more', () => {
    const [first, second] = board.requests;
    if (first === undefined || second === undefined) throw new Error('two are asked');
    const escalated = { ...board, requests: [{ ...first, state: 'superseded' as const }, second] };
    expect(reasonOf(chosen(escalated, withToken()))).toBe('not_authorised');
  });
});

describe('A choice without a token', () => {
  it('has no effect before it is confirmed', () => {
    expect(effect(chosen(board))).toBe('unconfirmed');
    expect(effect(chosen(board, { facts: { senderAuthentication: 'none' } }))).toBe('unconfirmed');
    expect(effect(chosen(board, { facts: { senderAuthentication: 'fail' } }))).toBe('sender_not_authentic');
  });

  it('counts from a sender whose authentication passed', () => {
    expect(effect(chosen(board, { facts: { senderAuthentication: 'pass' } }))).toBe('accepted');
  });

  it('counts or is refused where the setting says so', () => {
    expect(effect(chosen(board, { policy: { approvalWithoutToken: 'accept' } }))).toBe('accepted');
    expect(effect(chosen(board, { policy: { approvalWithoutToken: 'refuse' } }))).toBe('token_required');
  });
});

describe('A08: a token', () => {
  it.each([
    ['unknown', null],
    ['used', { ...token, used: true }],
    ['of another action', { ...token, actionId: 6 }],
    ['of another approver', { ...token, requestId: 2 }],
  ])('that is %s is refused, even from a sender whose authentication passed', (_name, wrong) => {
    const plan = chosen(board, withToken({ facts: { token: wrong, senderAuthentication: 'pass' } }));
    expect(reasonOf(plan)).toBe('token_refused');
  });
});

describe('F20: a choice that comes too late or twice', () => {
  it.each(['accepted', 'refused', 'expired', 'withdrawn'] as const)('is without effect once it is %s', (state) => {
    expect(reasonOf(chosen({ ...board, state }, withToken()))).toBe('already_decided');
  });

  it.each([
    [{ by: 'Anna Martin', at: '2026-11-25T14:03:07.000Z' }, 'accepted already, by Anna Martin, 2026-11-25 14:03 UTC.'],
    [{ by: null, at: '2026-11-25T14:03:07.000Z' }, 'accepted already, since 2026-11-25 14:03 UTC.'],
  ])('says who decided, and when', (decision, words) => {
    expect(explanationOf(chosen({ ...board, state: 'accepted', decision }, withToken()))).toContain(words);
  });

  it.each([
    ['accepted', '0', 'already_chosen'],
    ['refused', '1', 'already_chosen'],
    ['information', '2', 'already_chosen'],
    ['information', '1', 'accepted'],
  ] as const)('after %s, %s: %s', (state, choice, expected) => {
    const [first, second] = board.requests;
    if (first === undefined || second === undefined) throw new Error('two are asked');
    const answered = { ...board, requests: [{ ...first, state }, second] };
    expect(effect(chosen(answered, withToken({ instruction: { choice } })))).toBe(expected);
  });
});

describe('the tally', () => {
  it.each([
    ['one', ['asked', 'accepted'], 'accepted'],
    ['one', ['asked', 'refused'], 'refused'],
    ['one', ['asked', 'information'], 'waiting'],
    ['all', ['accepted', 'asked'], 'waiting'],
    ['all', ['accepted', 'superseded'], 'accepted'],
    ['all', ['accepted', 'refused', 'asked'], 'refused'],
    ['majority', ['accepted', 'accepted', 'asked'], 'accepted'],
    ['majority', ['accepted', 'refused', 'asked'], 'waiting'],
    ['majority', ['accepted', 'refused'], 'refused'],
    ['majority', ['refused', 'asked', 'asked', 'accepted'], 'waiting'],
    ['majority', ['refused', 'refused', 'asked', 'accepted'], 'refused'],
    ['all', [], 'waiting'],
    ['majority', [], 'waiting'],
    ['one', ['superseded'], 'waiting'],
  ] as const)('%s of %j: %s', (rule, answers, expected) => {
    expect(tally(rule, answers)).toBe(expected);
  });

  const answers = fc.array(fc.constantFrom(...approvalRequestStates), { minLength: 1, maxLength: 9 });
  const rules = fc.constantFrom(...approvalRules);

  it('never decides before anybody answered', () => {
    fc.assert(
      fc.property(rules, fc.array(fc.constantFrom('asked', 'information', 'superseded')), (rule, silent) => {
        expect(tally(rule, silent as never)).toBe('waiting');
      }),
    );
  });

  it('always decides once everybody answered', () => {
    fc.assert(
      fc.property(rules, fc.array(fc.constantFrom('accepted', 'refused'), { minLength: 1 }), (rule, all) => {
        expect(tally(rule, all as never)).not.toBe('waiting');
      }),
    );
  });

  it('does not turn for another acceptance, nor depend on the order', () => {
    fc.assert(
      fc.property(rules, answers, (rule, given) => {
        expect(tally(rule, given.toReversed())).toBe(tally(rule, given));
        const open = given.indexOf('asked');
        if (open >= 0 && tally(rule, given) === 'accepted')
          expect(tally(rule, given.with(open, 'accepted'))).toBe('accepted');
      }),
    );
  });
});

it('an approval that expired means what its step says', () => {
  expect(outcomeOf('expired', 'accepted')).toBe('accepted');
  expect(outcomeOf('expired', 'refused')).toBe('refused');
  expect(outcomeOf('waiting', 'refused')).toBeNull();
  expect(outcomeOf('withdrawn', 'accepted')).toBe('withdrawn');
});

it('one’s own request comes before one that was delegated', () => {
  const [first, second] = board.requests;
  if (first === undefined || second === undefined) throw new Error('two are asked');
  const both = {
    ...board,
    requests: [
      { ...first, employeeId: 99, delegates: [grace.id] },
      { ...second, employeeId: grace.id },
    ],
  };
  expect(requestFor(both, grace.id, { requestorId: 1000, recipientId: null })?.id).toBe(2);
});

it.each([
  ['the requestor', { requestorId: grace.id, recipientId: null }],
  ['the recipient', { requestorId: 1000, recipientId: grace.id }],
])('S-10: %s approves nothing, asked or as a delegate; whether it is solved is theirs to say', (_, of) => {
  const [first, second] = board.requests;
  if (first === undefined || second === undefined) throw new Error('two are asked');
  const asked = { ...board, requests: [{ ...first, employeeId: grace.id }] };
  const delegate = { ...board, requests: [{ ...first, employeeId: 99, delegates: [grace.id] }] };
  expect(requestFor(asked, grace.id, of)).toBeNull();
  expect(requestFor(delegate, grace.id, of)).toBeNull();
  expect(requestFor({ ...asked, kind: 'confirmation' }, grace.id, of)?.id).toBe(first.id);
});

describe('S-05: a choice without a token, from a sender who was proved', () => {
  const proved = { sender: grace, senderAuthentication: 'pass' as const };
  const found = (by: 'rfc_number' | 'reply' | 'subject', isNumberQuoted?: true): string =>
    effect(
      decide(
        from('gsmith@aef.com'),
        {
          instruction: instruction({ operation: 'SOLVE', choice: '1', rfcNumber: by === 'rfc_number' ? number : null }),
          warnings: [],
          errors: [],
          bodyWithoutInstructions: '',
          ...(isNumberQuoted && { isNumberQuoted }),
        },
        factsOf({ ...proved, ticket: { ...ticket({ approval: board }), by } }),
        defaultPolicy,
      ),
    );

  it('counts at once where its own words name the ticket, and is to be confirmed where the quoted mail does', () => {
    expect(found('rfc_number')).toBe('accepted');
    expect(found('rfc_number', true)).toBe('unconfirmed');
    expect(found('reply')).toBe('unconfirmed');
    expect(found('subject')).toBe('unconfirmed');
  });
});
