import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMailAddress } from '../../src/domain/messages/address.ts';
import { cleanFileName, maxFileNameBytes } from '../../src/domain/messages/file-name.ts';
import { factsQueryFor } from '../../src/domain/handling/facts-query.ts';
import { priorityOf } from '../../src/domain/tickets/priority.ts';
import {
  formatTicketNumber,
  parseTicketNumber,
  ticketNumberInSubject,
} from '../../src/domain/tickets/ticket-number.ts';
import { instruction, message } from './builders.ts';

describe('ticket number (spec §1)', () => {
  it('is letter, yymmdd and six digits', () => {
    expect(formatTicketNumber('I', '2026-11-23', 1)).toBe('I261123_000001');
    expect(formatTicketNumber('S', '2016-08-24', 999_999)).toBe('S160824_999999');
  });

  it.each([
    ['2026-11-23', 0],
    ['2026-11-23', 1_000_000],
    ['2026-11-23', 1.5],
    ['23/11/2026', 1],
  ])('does not exist for %s and sequence %s', (day, sequence) => {
    expect(() => formatTicketNumber('I', day, sequence)).toThrow(RangeError);
  });

  it('is read in any case', () => {
    expect(parseTicketNumber(' s160824_000001 ')).toEqual({ number: 'S160824_000001', type: 'S' });
  });

  it.each(['100622_000027', 'X160824_000001', 'S160824_00001', 'S160824-000001', ''])('is not %j', (text) => {
    expect(parseTicketNumber(text)).toBeNull();
  });

  it.each([
    ['RE: [I160824_000001] dark', 'I160824_000001'],
    ['[x160824_000001] [ s160824_000002 ] [I160824_000003]', 'S160824_000002'],
    ['RE: ［I160824_000001］ dark', 'I160824_000001'],
    ['RE: [\u200eI160824\u200b_000001\u200f] dark', 'I160824_000001'],
    ['I160824_000001', null],
    ['RE: [160824_000001] dark', '160824_000001'],
    ['[60824_000001]', null],
    ['[I160824_0000011]', null],
  ])('in the subject %j is %s', (subject, found) => {
    expect(ticketNumberInSubject(subject)).toBe(found);
  });
});

describe('priority', () => {
  it.each([
    [1, 1, 1],
    [1, 2, 2],
    [1, 3, 3],
    [2, 1, 2],
    [2, 2, 3],
    [2, 3, 4],
    [3, 1, 3],
    [3, 2, 4],
    [3, 3, 5],
  ] as const)('of urgency %s and impact %s is %s', (urgency, impact, priority) => {
    expect(priorityOf(urgency, impact)).toBe(priority);
  });
});

describe('mail address', () => {
  it.each(['a@b', 'fleblanc@aef.com', "o'neil+x@sub.aef.com", 'jörg@bücher.example'])('%s is one', (text) => {
    expect(isMailAddress(text)).toBe(true);
  });

  it.each([
    '',
    '@',
    'a@',
    '@b',
    'a b@c',
    'a@b@c',
    'a@b..c',
    'a@-b',
    '"a"@b',
    'a@[192.0.2.1]',
    '<a@b>',
    'a@b\n',
    `${'a'.repeat(65)}@b`,
  ])('%j is none', (text) => {
    expect(isMailAddress(text)).toBe(false);
  });
});

describe('file name (spec §8)', () => {
  it.each([
    ['document.txt', 'document.txt'],
    ['../../../etc/cron.d/x', 'x'],
    ['C:\\Users\\x\\report.pdf', 'report.pdf'],
    ['\u200b.htaccess', 'htaccess'],
    ['../../x\0.png', 'x.png'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a<b>:"|?*.txt', 'a_b______.txt'],
    ['a\r\nb\u00a0c.txt', 'a b c.txt'],
    ['e\u200b\u0301t\u00e9.txt', '\u00e9t\u00e9.txt'],
    ['a \u202E b.txt', 'a b.txt'],
    ['report.pdf. . ', 'report.pdf'],
    ['...', 'attachment'],
    ['dir/', 'attachment'],
    ['', 'attachment'],
    ['\ud800.txt', 'txt'],
  ])('%j becomes %j', (name, cleaned) => {
    expect(cleanFileName(name)).toBe(cleaned);
  });

  it('is bounded and keeps its extension', () => {
    expect(cleanFileName(`${'é'.repeat(400)}.pdf`)).toBe(`${'é'.repeat(118)}.pdf`);
    expect(cleanFileName(`a.${'x'.repeat(400)}`)).toHaveLength(maxFileNameBytes);
  });

  it('A11: is safe whatever the mail calls it, and clean already when cleaned again', () => {
    const nasty = fc.string({
      unit: fc.oneof(
        fc.constantFrom('/', '\\', '.', ' ', '\0', '\u202e', '\u200b', '\u0301', ':'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      maxLength: 300,
    });
    fc.assert(
      fc.property(nasty, (name) => {
        const cleaned = cleanFileName(name);
        expect(cleaned).not.toMatch(/[\\/<>:"|?*\p{Cc}\p{Cf}\p{Cs}]|^[. ]|[. ]$/u);
        expect(cleaned).not.toBe('');
        expect(Buffer.byteLength(cleaned)).toBeLessThanOrEqual(maxFileNameBytes);
        expect(cleaned.isWellFormed() && cleaned === cleaned.normalize('NFC')).toBe(true);
        expect(cleanFileName(cleaned)).toBe(cleaned);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what is looked up', () => {
  const reading = (over: Parameters<typeof instruction>[0]) => ({
    instruction: instruction(over),
    warnings: [],
    errors: [],
    bodyWithoutInstructions: '',
  });

  it('is what the mail names', () => {
    const named = {
      requestor: 'a@b.c',
      recipient: 'd@e.f',
      category: 'Smartphone',
      asset: 'P1',
      configurationItem: 'router',
      actionId: '7',
    };
    expect(factsQueryFor(message(), reading(named))).toEqual({
      sender: 'fleblanc@aef.com',
      ticket: null,
      parent: null,
      event: null,
      token: null,
      ...named,
    });
  });

  it('is an open event by its configuration item and external reference, unless the mail names a ticket', () => {
    const named = { configurationItem: 'router', externalReference: 'alarm-1' };
    expect(factsQueryFor(message(), reading(named)).event).toEqual(named);
    expect(factsQueryFor(message(), reading({ configurationItem: 'router' })).event).toBeNull();
    expect(factsQueryFor(message({ subject: '[I160824_000001]' }), reading(named)).event).toBeNull();
  });

  it('is the ticket of RFC_NUMBER before that of the subject', () => {
    const mail = message({ subject: '[I160824_000001]' });
    expect(factsQueryFor(mail, reading({ rfcNumber: 'S1' })).ticket).toEqual({ number: 'S1', by: 'rfc_number' });
    expect(factsQueryFor(mail, reading({})).ticket).toEqual({ number: 'I160824_000001', by: 'subject' });
  });

  it('is no sender where there are two', () => {
    const [one] = message().from;
    expect(factsQueryFor(message({ from: one === undefined ? [] : [one, one] }), reading({})).sender).toBeNull();
  });
});
