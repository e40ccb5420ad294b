import { describe, expect, it } from 'vitest';
import { answerTo, type Answer } from '../../../src/domain/handling/answer.ts';
import { isAutomatic, isProgram } from '../../../src/domain/handling/automatic.ts';
import { decide } from '../../../src/domain/handling/decide.ts';
import type { HeaderField } from '../../../src/domain/messages/message.ts';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import { document, errorAt, factsOf, frank, instruction, message, number, ticket, type Given } from '../builders.ts';

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
        UNDERSTOOD: 'URGENCY = 1',
      },
    });
  });

  it('says that files were not kept, of a new ticket as of a reply, and not of pictures in the text', () => {
    const files = { ...document, name: 'a.txt' };
    const mail = message({ attachments: [files, { ...document, inline: true }] });
    const policy = { storeDocuments: false };
    const notKept = { kind: 'documents_not_stored', tags: { COMMENT: 'a.txt' } };
    expect(answered({ message: mail, policy })).toEqual(notKept);
    const on = { ticket: { ...ticket(), by: 'rfc_number' as const } };
    expect(answered({ message: mail, policy, instruction: { rfcNumber: number }, facts: on })).toEqual(notKept);
    expect(answered({ message: mail })).toMatchObject({ kind: 'acknowledgement' });
    const picture = message({ attachments: [{ ...document, inline: true }] });
    expect(answered({ message: picture, policy })).toMatchObject({ kind: 'acknowledgement' });
  });

  it('F6: is none to a Trusted Sender that is no employee', () => {
    const facts = { senderIsStranger: true, senderAuthentication: 'pass' as const };
    expect(answered({ facts })).toMatchObject({ kind: 'acknowledgement' });
    expect(answered({ facts, policy: { trustedSenders: ['aef.com'] } })).toBeNull();
  });

  it('acknowledges a new ticket', () => {
    expect(answered()).toEqual({ kind: 'acknowledgement', tags: {} });
  });

  it.each<[string, Given]>([
    ['an unknown sender', { facts: { sender: null }, policy: { createUnknownRequestors: true } }],
    ['a sender whose authentication failed', { facts: { senderAuthentication: 'fail' } }],
    ['S-17: one who is known by an earlier mail alone', { facts: { senderIsStranger: true } }],
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

describe('the question whether an operation is its sender’s (spec §7)', () => {
  const unproven: Given = {
    instruction: { operation: 'SOLVE', rfcNumber: number, variables: { OPERATION: 'SOLVE', TOKEN: 'secret' } },
    facts: { senderAuthentication: 'none', ticket: { ...ticket(), by: 'rfc_number' } },
  };

  it('goes to the person on record, about the ticket, and says what is asked for', () => {
    expect(answered(unproven)).toEqual({
      kind: 'operation_confirmation',
      employeeId: frank.id,
      ticketNumber: number,
      tags: { SUBJECT: message().subject, UNDERSTOOD: 'OPERATION = SOLVE' },
    });
    // Whatever is told of errors: without it the sender would wait for ever.
    expect(answered({ ...unproven, policy: { answerErrors: false } })?.kind).toBe('operation_confirmation');
    const reply: Given = {
      facts: { senderAuthentication: 'none', ticket: { ...ticket({ state: 'closed' }), by: 'reply' } },
    };
    expect(answered(reply)?.tags['UNDERSTOOD']).toBe('OPERATION = RESTART');
  });

  it.each<[string, Given]>([
    ['where an administrator looks', { policy: { unprovenOperation: 'quarantine' } }],
    ['once the message is vouched for', { facts: { vouched: true } }],
    ['to a stranger', { facts: { senderIsStranger: true } }],
    ['of a loop', { facts: { recentFromSender: 20 } }],
    ['of what is proved false', { facts: { senderAuthentication: 'fail' } }],
    ['to a program', { message: message({ headers: [['precedence', 'bulk']] }) }],
  ])('is not asked %s', (_name, { facts = {}, ...given }) => {
    expect(answered({ ...unproven, ...given, facts: { ...unproven.facts, ...facts } })).toBeNull();
  });

  it('is not asked of a Trusted Sender who has no address on record', () => {
    const facts = { sender: null, senderAuthentication: 'none', ticket: { ...ticket(), by: 'rfc_number' } } as const;
    expect(answered({ ...unproven, facts, policy: { trustedSenders: ['aef.com'] } })).toBeNull();
  });
});

describe('the word about a reply that may order something', () => {
  const doubt = {
    code: 'quoted_instruction',
    message: 'Lines 3 to 9 were taken for a quotation.',
    line: 5,
    column: 1,
    variable: 'OPERATION',
  };
  const told = (
    facts: Given['facts'] = {},
    headers: readonly HeaderField[] = [],
    answerErrors = true,
  ): Answer | null => {
    const mail = message({ headers });
    const reading = {
      ...{ instruction: instruction({ rfcNumber: number }), warnings: [doubt], errors: [] },
      ...{ bodyWithoutInstructions: 'See below', doubt },
    };
    const known = factsOf({ ticket: { ...ticket(), by: 'rfc_number' }, ...facts });
    const policy = { ...defaultPolicy, answerErrors };
    return answerTo(mail, reading, { plan: decide(mail, reading, known, policy), facts: known, policy });
  };

  it('says which lines were taken for a quotation, when nothing else was done', () => {
    expect(told()?.tags['ERRORS']).toBe(doubt.message);
    expect(told({ senderAuthentication: 'none' })?.kind).toBe('answer');
  });

  it('is for those who may be answered alone', () => {
    expect(told({}, [['auto-submitted', 'auto-generated']])).toBeNull();
    expect(told({ senderIsStranger: true })).toBeNull();
    expect(told({}, [], false)).toBeNull();
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
    ['auto-submitted', '"auto-generated"'],
    ['x-mail-autoreply', 'yes'],
    ['x-auto-submitted', 'auto-replied (vacation)'],
    ['autosubmitted', 'auto-replied'],
    ['auto-response', 'yes'],
    ['x-vacation', 'on'],
    ['x-yahoo-vacation', '1'],
    ['x-out-of-office', 'yes'],
    ['x-ooo', '1'],
    ['return-path', '<MAILER-DAEMON>'],
    ['return-path', ' <mailer-daemon@mx.example.com>'],
    ['list-post', '<mailto:it@aef.com>'],
    ['x-mailman-version', '2.1'],
    ['mailing-list', 'contact it@aef.com'],
    ['x-loop', 'desk@other.example'],
    ['x-rt-loop-prevention', 'aef'],
  ])('is told by %s: %s', (...field) => {
    expect(isAutomatic(message({ headers: [field satisfies HeaderField] }))).toBe(true);
  });

  it.each([
    'mailer-daemon@aef.com',
    'Postmaster@aef.com',
    'no-reply@aef.com',
    'noreply@aef.com',
    'no.reply@aef.com',
    'noreply-x@aef.com',
    'jira-noreply@aef.com',
    'bounces+12@aef.com',
    'bounce@aef.com',
    'mdaemon@aef.com',
    'nepasrepondre@aef.com',
    'ne-pas-repondre@aef.com',
  ])('comes from %s', (address) => {
    expect(isAutomatic(message({ from: [{ name: '', address }] }))).toBe(true);
  });

  it.each<readonly [string, string]>([
    ['auto-submitted', 'no'],
    ['return-path', '<a@b.c>'],
    ['precedence', 'normal'],
    ['disposition-notification-to', 'a@b.c'],
    ['x-auto-response-suppress', 'DR'],
    ['x-auto-response-suppress', 'RN, NRN'],
    ['x-auto-response-suppress', 'DR, NDR, RN, NRN, OOF'],
    ['x-autoreply', 'no'],
    ['x-vacation', 'no'],
    ['x-auto-submitted', 'no'],
    ['x-ms-exchange-inbox-rules-loop', 'a@b.c'],
    ['x-mailer', 'vacation planner'],
    ['auto-submitted', '(x) no'],
  ])('A1b: is not told by %s: %s', (...field) => {
    expect(isAutomatic(message({ headers: [field satisfies HeaderField] }))).toBe(false);
  });

  it.each(['bouncer@aef.com', 'norepl.y@aef.com', 'nora.eply@aef.com', 'fleblanc@aef.com'])(
    'does not come from %s',
    (address) => {
      expect(isAutomatic(message({ from: [{ name: '', address }] }))).toBe(false);
    },
  );

  it('is no program where a list hands on what a person wrote', () => {
    const list: HeaderField[] = [
      ['list-id', '<it.aef.com>'],
      ['precedence', 'bulk'],
    ];
    expect(isAutomatic(message({ headers: list }))).toBe(true);
    expect(isProgram(message({ headers: list }))).toBe(false);
  });
});
