import { describe, expect, it } from 'vitest';
import { type Case, judge } from '../../../src/domain/handling/judge.ts';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import { factsOf, frank, grace, instruction, message, ticket } from '../builders.ts';

const policy = { ...defaultPolicy, mailboxAddress: 'support@aef.com' };
const automatic = { headers: [['auto-submitted', 'auto-replied']] } as const;

const caseOf = (over: Parameters<typeof message>[0], facts: Parameters<typeof factsOf>[0] = {}): Case => ({
  ...{
    ok: true,
    message: message(over),
    instruction: { instruction: instruction(), warnings: [], errors: [], bodyWithoutInstructions: '' },
  },
  facts: factsOf({ sender: frank, ...facts }),
});

describe('the one sequence by which a mail is judged', () => {
  it.each(['too_large', 'unreadable', 'failing'] as const)('ends for a mail that is %s', (reason) => {
    expect(judge({ ok: false, reason, explanation: 'why' }, policy)).toEqual({
      plan: { kind: 'refuse', disposition: 'quarantined', reason, explanation: 'why', warnings: [] },
      answer: null,
      about: null,
    });
  });

  it.each([
    ['a copy before an automatic mail', caseOf(automatic, { duplicateOf: 7 }), 'same_message'],
    ['an automatic mail before its sender', caseOf({ ...automatic, from: [] }), 'auto_reply'],
    ['the sender before anything else', caseOf({ from: [] }), 'no_sender'],
  ])('%s', (_name, mail, reason) => {
    expect(judge(mail, policy)).toMatchObject({ plan: { kind: 'refuse', reason }, answer: null });
  });

  it.each([
    ["C-F1: a list's mark beside the mailbox's own address", { headers: [['x-original-from', 'Ann <ann@aef.com>']] }],
    [
      "C-F1: a name by way of the mailbox's own address",
      { from: [{ name: "'Ann' via Support", address: 'support@aef.com' }] },
    ],
  ] as const)('%s: nobody is its sender', (_name, mail) => {
    const from = [{ name: '', address: 'support@aef.com' }];
    const own = { ...policy, mailboxAddress: 'support@aef.com' };
    expect(judge(caseOf({ from, ...mail }), own)).toMatchObject({
      plan: { disposition: 'quarantined', reason: 'no_sender' },
      answer: null,
    });
    expect(judge(caseOf({ from }), own)).toMatchObject({ plan: { disposition: 'rejected', reason: 'own_mail' } });
  });

  it('a mail that holds nothing wrong makes a ticket, and is acknowledged', () => {
    expect(judge(caseOf({}), policy)).toMatchObject({
      plan: { kind: 'create' },
      answer: { kind: 'acknowledgement' },
    });
  });
});

describe('F3: a number without its letter', () => {
  const mine = ticket({ number: 'I100622_000027' });
  const other = ticket({ number: 'S100622_000027', requestorId: grace.id });
  const third = ticket({ number: 'E100622_000027' });
  const judged = (namesakes: Parameters<typeof factsOf>[0], subject = 'x', trustedSenders: readonly string[] = []) => {
    const rfcNumber = subject === 'x' ? '100622_000027' : null;
    return judge(
      {
        ok: true,
        message: message({ subject }),
        instruction: {
          instruction: instruction({ rfcNumber, comment: 'Hello' }),
          ...{ warnings: [], errors: [], bodyWithoutInstructions: '' },
        },
        facts: factsOf({ sender: frank, ...namesakes }),
      },
      { ...policy, trustedSenders },
    ).plan;
  };

  it('is the one ticket on which the sender may act', () => {
    expect(judged({ namesakes: [mine, other] })).toMatchObject({ kind: 'change', number: mine.number });
    expect(judged({ namesakes: [mine, other] }, 'RE: [100622_000027] x')).toMatchObject({ number: mine.number });
  });

  it.each([
    ['nobody’s', [], []],
    ['somebody else’s', [other], []],
    ['two of the sender’s', [mine, third], []],
    ['two that a Trusted Sender may mean', [mine, other], ['aef.com']],
  ])('that is %s changes nothing', (_whose, namesakes, trustedSenders) => {
    expect(judged({ namesakes }, 'x', trustedSenders)).toMatchObject({ kind: 'refuse', reason: 'unknown_ticket' });
  });

  it('of several says which, but not whether others have one', () => {
    expect(judged({ namesakes: [mine, third, other] })).toMatchObject({
      explanation: 'The number without its letter means I100622_000027 and E100622_000027: write the letter, too.',
    });
    expect(judged({ namesakes: [other] })).toMatchObject({
      explanation: expect.stringContaining('There is no ticket') as string,
    });
  });

  it('in a subject makes a new ticket where it cannot be told', () => {
    expect(judged({ namesakes: [other] }, '[100622_000027] x')).toMatchObject({ kind: 'create', relatedTo: null });
  });
});
