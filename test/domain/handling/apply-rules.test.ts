import { describe, expect, it } from 'vitest';
import { applyRules } from '../../../src/domain/handling/apply-rules.ts';
import { judge } from '../../../src/domain/handling/judge.ts';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import { faultsOfRules, type MailRule, type RuleCondition } from '../../../src/domain/mailboxes/mail-rule.ts';
import { shippedRules } from '../../../src/domain/mailboxes/shipped-rules.ts';
import { checkPattern, searchPattern } from '../../../src/instructions/patterns.ts';
import type { Message } from '../../../src/domain/messages/message.ts';
import type { Instruction } from '../../../src/domain/messages/instruction.ts';
import { factsOf, instruction, message } from '../builders.ts';

const when = (
  field: RuleCondition['field'],
  test: RuleCondition['test'],
  value: string,
  header: string | null = null,
) => ({
  ...{ field, header, test, value },
});
const rule = (over: Partial<MailRule> = {}): MailRule => ({
  name: 'one',
  active: true,
  conditions: [when('subject', 'contains', 'disk')],
  set: [{ target: 'urgency', from: 'text', value: '1' }],
  end: 'continue',
  ...over,
});

interface Given {
  readonly mail?: Partial<Message>;
  readonly own?: Partial<Instruction>;
  readonly body?: string;
  readonly trusted?: readonly string[];
}

const given = ({ mail = {}, own = {}, body = 'Hello' }: Given) => ({
  message: message({ subject: 'The disk is full', ...mail }),
  instruction: { instruction: instruction(own), warnings: [], errors: [], bodyWithoutInstructions: body },
});
const apply = (rules: readonly MailRule[], about: Given = {}) =>
  applyRules(given(about), rules, searchPattern, about.trusted ?? []);
const filled = (rules: readonly MailRule[], about: Given = {}) => apply(rules, about).instruction.instruction;

describe('the rules of a mailbox (spec §14)', () => {
  it.each<[string, RuleCondition, Partial<Message>, boolean]>([
    ['the sender', when('sender', 'equals', 'FLEBLANC@aef.com'), {}, true],
    ['the sender’s domain', when('sender', 'equals', 'AEF.com'), {}, true],
    ['not a part of the domain', when('sender', 'equals', 'ef.com'), {}, false],
    ['part of the sender', when('sender', 'contains', 'leblanc@'), {}, true],
    ['the recipient', when('recipient', 'equals', 'support@aef.com'), {}, true],
    ['somebody in Cc', when('recipient', 'equals', 'x@y.z'), { cc: [{ name: '', address: 'x@y.z' }] }, true],
    ['the whole subject', when('subject', 'equals', 'the DISK is full'), {}, true],
    ['the subject by a pattern', when('subject', 'pattern', '^The (?P<what>\\w+) is'), {}, true],
    ['the subject by a pattern in its case', when('subject', 'pattern', '^the'), {}, false],
    ['a header', when('header', 'contains', 'yes', 'X-Spam'), { headers: [['x-spam', 'YES, 7']] }, true],
    ['a header that is not there', when('header', 'contains', '', 'X-Spam'), {}, false],
    ['the text', when('text', 'contains', 'HELL'), {}, true],
  ])('look at %s', (_what, condition, mail, holds) => {
    expect(apply([rule({ conditions: [condition] })], { mail }).matched).toEqual(holds ? ['one'] : []);
  });

  it('need all of their conditions', () => {
    const conditions = [when('subject', 'contains', 'disk'), when('text', 'contains', 'nothing')];
    expect(apply([rule({ conditions })]).matched).toEqual([]);
  });

  it('look at the sender’s own words, and not at what they quote', () => {
    const about = given({});
    const reading = { ...about.instruction, bodyWithoutInstructions: 'Hi\n> secret', ownBody: 'Hi' };
    const rules = [rule({ conditions: [when('text', 'contains', 'secret')] })];
    expect(applyRules({ ...about, instruction: reading }, rules, searchPattern, []).matched).toEqual([]);
  });

  it('fill in what is open, the first of them first, by text and by group', () => {
    const rules = [
      rule({
        conditions: [when('subject', 'pattern', 'The (?P<what>\\w+) is (?P<how>\\w+)')],
        set: [
          { target: 'configurationItem', from: 'group', value: 'what' },
          { target: 'externalReference', from: 'group', value: 'how' },
          { target: 'category', from: 'text', value: 'Disks' },
        ],
      }),
      rule({ name: 'two', set: [{ target: 'category', from: 'text', value: 'Other' }] }),
    ];
    expect(filled(rules)).toMatchObject({ configurationItem: 'disk', externalReference: 'full', category: 'Disks' });
    expect(apply(rules).matched).toEqual(['one', 'two']);
  });

  it('never override a variable, and never name an operation', () => {
    expect(filled([rule()], { own: { urgency: 3 } })).toMatchObject({ urgency: 3, operation: null, choice: null });
  });

  it.each([
    ['a number', { own: { rfcNumber: 'I261101_000042' } }],
    ['a reply', { mail: { repliesTo: 'I261101_000042', subject: 'disk' } }],
    ['a subject', { mail: { subject: '[I261101_000042] disk' } }],
  ])('set nothing on a mail that is about a ticket by %s', (_how, about) => {
    expect(filled([rule()], about).urgency).toBeNull();
    expect(apply([rule()], about).matched).toEqual(['one']);
  });

  it('give no rights: a requestor counts from a Trusted Sender alone', () => {
    const rules = [rule({ set: [{ target: 'requestor', from: 'text', value: 'gsmith@aef.com' }] })];
    const { instruction: reading } = apply(rules);
    expect(reading.instruction.requestor).toBeNull();
    expect(reading.warnings).toMatchObject([{ code: 'rule_without_right' }]);
    expect(filled(rules, { trusted: ['aef.com'] }).requestor).toBe('gsmith@aef.com');
  });

  it('say what level they found that is none', () => {
    const { instruction: reading } = apply([rule({ set: [{ target: 'impact', from: 'text', value: 'huge' }] })]);
    expect(reading.instruction.impact).toBeNull();
    expect(reading.warnings).toMatchObject([{ code: 'rule_value', variable: 'IMPACT' }]);
  });

  it('end where one says so, and pass over those that are off', () => {
    const rules = [rule({ name: 'off', active: false, end: 'stop' }), rule({ end: 'stop' }), rule({ name: 'two' })];
    expect(apply(rules).matched).toEqual(['one']);
  });

  it.each([
    ['reject', 'rejected', 'rejected_by_rule'],
    ['quarantine', 'quarantined', 'quarantined_by_rule'],
  ] as const)('that %s end what nothing else refused', (end, disposition, reason) => {
    const about = given({});
    const { verdict, matched } = apply([rule({ set: [], end }), rule({ name: 'two' })]);
    expect(matched).toEqual(['one']);
    const mail = { ok: true, ...about, facts: factsOf(), verdict } as const;
    expect(judge(mail, defaultPolicy)).toMatchObject({ plan: { kind: 'refuse', disposition, reason }, answer: null });
    const unknown = { ...mail, facts: factsOf({ sender: null }) };
    expect(judge(unknown, defaultPolicy)).toMatchObject({ plan: { reason: 'unknown_sender' } });
  });

  it('that are hostile cost a time that is linear', () => {
    const conditions = [when('text', 'pattern', '^(a+)+$')];
    expect(apply([rule({ conditions })], { body: `${'a'.repeat(15_000)}b` }).matched).toEqual([]);
  });
});

describe('rules that cannot work', () => {
  it.each<[string, readonly MailRule[], string]>([
    ['a pattern that is none', [rule({ conditions: [when('subject', 'pattern', '(a')] })], 'cannot be used'],
    [
      'a pattern that RE2 does not have',
      [rule({ conditions: [when('subject', 'pattern', '(a)\\1')] })],
      'cannot be used',
    ],
    ['a group that is none', [rule({ set: [{ target: 'asset', from: 'group', value: 'x' }] })], '(?P<x>…)'],
    ['no condition', [rule({ conditions: [] })], 'condition'],
    ['no effect', [rule({ set: [] })], 'no effect'],
    ['a name twice', [rule(), rule({ name: 'ONE' })], 'this name'],
    ['a field twice', [rule({ set: [...rule().set, ...rule().set] })], 'twice'],
    ['a header without a name', [rule({ conditions: [when('header', 'contains', 'x')] })], 'header'],
  ])('have %s', (_what, rules, message) => {
    expect(
      faultsOfRules(rules, checkPattern)
        .map((fault) => fault.message)
        .join(),
    ).toContain(message);
  });

  it('are not those that are shipped', () => {
    expect(faultsOfRules(shippedRules, checkPattern)).toEqual([]);
  });
});

describe('the shipped rules', () => {
  it.each([
    [
      'Nagios',
      { mail: { subject: '** PROBLEM Service Alert: web01/HTTP is CRITICAL **' } },
      { configurationItem: 'web01', externalReference: 'web01/HTTP' },
    ],
    [
      'Nagios',
      { mail: { subject: '** RECOVERY Host Alert: web01 is UP **' } },
      { configurationItem: 'web01', externalReference: 'web01' },
    ],
    [
      'Zabbix',
      {
        body: 'Problem started at 10:00:00\nProblem name: Disk\nHost: web 01\nSeverity: High\n\nOriginal problem ID: 4711',
      },
      { configurationItem: 'web 01', externalReference: '4711' },
    ],
    [
      'PRTG',
      { mail: { subject: '[PRTG Network Monitor (PRTG1)] Ping 7 (Core switch) Down (No response)' } },
      { configurationItem: 'Core switch', externalReference: 'Ping 7' },
    ],
    [
      'Alertmanager',
      {
        mail: { subject: '[FIRING:1] DiskFull (web01 prod)' },
        body: 'Labels\n - alertname = DiskFull\n - instance = web01:9100',
      },
      { configurationItem: 'web01:9100', externalReference: 'DiskFull' },
    ],
    [
      'SCOM',
      { body: 'Alert: Disk is full\nSource: C:\nPath: web01.aef.com\n' },
      { configurationItem: 'web01.aef.com', externalReference: 'Disk is full' },
    ],
    [
      'cron',
      { mail: { subject: 'Cron <root@web01> /usr/bin/backup --all' } },
      { configurationItem: 'web01', externalReference: '/usr/bin/backup --all' },
    ],
  ])('read a mail of %s', (name, about, expected) => {
    const on = shippedRules.map((one) => ({ ...one, active: true }));
    expect(apply(on, about).matched).toEqual([name]);
    expect(filled(on, about)).toMatchObject(expected);
    expect(apply(shippedRules, about).matched).toEqual([]);
  });
});
