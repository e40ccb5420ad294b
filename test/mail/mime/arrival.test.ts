import { describe, expect, it } from 'vitest';
import { arrivalOf } from '../../../src/mail/mime/arrival.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
const arrival = (...lines: readonly string[]) => arrivalOf(Buffer.from([...lines, '', 'text'].join('\r\n')), now);

describe('R21: when a mail came that no protocol dates', () => {
  it.each<[string, readonly string[], string | null]>([
    [
      'the topmost Received',
      [
        'Return-Path: <a@b>',
        'Received: from x; Wed, 25 Nov 2026 10:00:00 +0100',
        'Received: by y; Wed, 25 Nov 2026 08:00:00 +0000',
      ],
      '2026-11-25T09:00:00.000Z',
    ],
    [
      'folded, with the name of its zone',
      ['Received: from x', '\tby y (z; 1);', '\tWed, 25 Nov 2026 08:00:00 +0000 (UTC)'],
      '2026-11-25T08:00:00.000Z',
    ],
    ['never later than now', ['Received: x; Thu, 26 Nov 2026 08:00:00 +0000'], '2026-11-25T12:00:00.000Z'],
    ['none', ['Date: Wed, 25 Nov 2026 08:00:00 +0000'], null],
    ['one without a date', ['Received: from x'], null],
    ['one in the text', ['Subject: x', '', 'Received: x; Wed, 25 Nov 2026 08:00:00 +0000'], null],
  ])('%s', (_name, lines, expected) => {
    expect(arrival(...lines)).toBe(expected);
  });
});
