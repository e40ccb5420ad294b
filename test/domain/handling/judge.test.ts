import { describe, expect, it } from 'vitest';
import { type Case, judge } from '../../../src/domain/handling/judge.ts';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import { factsOf, frank, instruction, message } from '../builders.ts';

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
    });
  });

  it.each([
    ['a copy before an automatic mail', caseOf(automatic, { duplicateOf: 7 }), 'same_message'],
    ['an automatic mail before its sender', caseOf({ ...automatic, from: [] }), 'auto_reply'],
    ['the sender before anything else', caseOf({ from: [] }), 'no_sender'],
  ])('%s', (_name, mail, reason) => {
    expect(judge(mail, policy)).toMatchObject({ plan: { kind: 'refuse', reason }, answer: null });
  });

  it('a mail that holds nothing wrong makes a ticket, and is acknowledged', () => {
    expect(judge(caseOf({}), policy)).toMatchObject({
      plan: { kind: 'create' },
      answer: { kind: 'acknowledgement' },
    });
  });
});
