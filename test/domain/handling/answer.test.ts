import { describe, expect, it } from 'vitest';
import { answerTo, isAutomatic, type Answer } from '../../../src/domain/handling/answer.ts';
import { decide } from '../../../src/domain/handling/decide.ts';
import type { HeaderField } from '../../../src/domain/messages/message.ts';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import { errorAt, factsOf, frank, instruction, message, type Given } from '../builders.ts';

const answered = (given: Given = {}): Answer | null => {
  const mail = given.message ?? message();
  const reading = {
    instruction: instruction(given.instruction),
    warnings: [],
    errors: given.errors ?? [],
    bodyWithoutInstructions: 'It does not start.',
  };
  const facts = factsOf(given.facts);
  const policy = { ...defaultPolicy, ...given.policy };
  return answerTo(mail, reading, { plan: decide(mail, reading, facts, policy), facts, policy });
};
const wrong: Given = { errors: [errorAt(3)], instruction: { variables: { URGENCY: '1' }, urgency: 1 } };

describe('the answer to a message (spec §7)', () => {
  it('lists the errors with their places, what was understood, and that it was about this mail', () => {
    expect(answered(wrong)).toEqual({
      kind: 'answer',
      tags: {
        SUBJECT: message().subject,
        ERRORS: 'Line 3, column 8: The value stands in ‘ ’: write apostrophes.',
        UNDERSTOOD: '@URGENCY@ = 1',
      },
    });
  });

  it('acknowledges a new ticket', () => {
    expect(answered()).toEqual({ kind: 'acknowledgement', tags: {} });
  });

  it.each<[string, Given]>([
    ['an unknown sender', { facts: { sender: null }, policy: { createUnknownRequestors: true } }],
    ['a sender whose authentication failed', { facts: { senderAuthentication: 'fail' } }],
    ['a loop', { facts: { recentFromSender: 20 } }],
    ['the same mail again', { facts: { duplicateOf: 1 } }],
    ['anybody, where the switches are off', { policy: { acknowledgeTickets: false, answerErrors: false } }],
    ['a monitoring system', { message: message({ headers: [['auto-submitted', 'auto-generated']] }) }],
  ])('never goes to %s', (_name, given) => {
    expect(answered(given)).toBeNull();
    expect(answered({ ...wrong, ...given })).toBeNull();
  });

  it('does not go to a monitoring system that is trusted and no employee', () => {
    const facts = { sender: null, requestor: frank };
    const policy = { trustedSenders: ['fleblanc@aef.com'] };
    expect(answered({ facts, policy, instruction: { requestor: 'frank@aef.com' } })).toBeNull();
  });
});

describe('automatic mail (RFC 3834)', () => {
  it.each<readonly [string, string]>([
    ['auto-submitted', 'auto-generated'],
    ['auto-submitted', 'auto-replied; owner-email="a@b.c"'],
    ['precedence', 'bulk'],
    ['precedence', 'List'],
    ['return-path', '<>'],
    ['x-auto-response-suppress', 'DR, OOF, AutoReply'],
    ['x-auto-response-suppress', 'All'],
    ['list-id', '<news.example.com>'],
    ['x-autoreply', 'yes'],
    ['x-tsa-loop', 'support@other.example'],
  ])('is told by %s: %s', (...field) => {
    expect(isAutomatic(message({ headers: [field satisfies HeaderField] }))).toBe(true);
  });

  it.each(['mailer-daemon@aef.com', 'Postmaster@aef.com', 'no-reply@aef.com', 'noreply@aef.com'])(
    'comes from %s',
    (address) => {
      expect(isAutomatic(message({ from: [{ name: '', address }] }))).toBe(true);
    },
  );

  it.each<readonly [string, string]>([
    ['auto-submitted', 'no'],
    ['return-path', '<a@b.c>'],
    ['precedence', 'normal'],
    ['disposition-notification-to', 'a@b.c'],
  ])('is not told by %s: %s', (...field) => {
    expect(isAutomatic(message({ headers: [field satisfies HeaderField] }))).toBe(false);
  });
});
