import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pop3ReplyReader } from '../../../src/mail/pop3/pop3-replies.ts';

/** What a reader makes of octets that come in these pieces; a status line of `+OK body` has a body behind it. */
function read(pieces: readonly Buffer[]): string[] {
  const events: string[] = [];
  let body: Buffer[] = [];
  const reader = new Pop3ReplyReader({
    status: (line) => {
      events.push(`status ${line}`);
      return line === '+OK body';
    },
    body: (octets) => body.push(octets),
    end: () => {
      events.push(`body ${Buffer.concat(body).toString('latin1')}`);
      body = [];
    },
    overlong: () => events.push('overlong'),
  });
  for (const piece of pieces) reader.push(piece);
  if (reader.unfinished) events.push('unfinished');
  return events;
}

const pieces = (text: string, cuts: readonly number[]): Buffer[] => {
  const octets = Buffer.from(text, 'latin1');
  const places = [0, ...cuts.filter((cut) => cut < octets.length).toSorted((a, b) => a - b), octets.length];
  return places.slice(1).map((end, index) => octets.subarray(places[index] ?? 0, end));
};

const stuffed = (message: string): string =>
  message
    .split('\r\n')
    .map((line) => (line.startsWith('.') ? `.${line}` : line))
    .join('\r\n');

describe('a POP3 reply', () => {
  it('is read the same however its octets are split', () => {
    const line = fc.string({ unit: fc.constantFrom('.', '\r', '\n', 'a', '\xff'), maxLength: 4 });
    const message = fc.array(line, { maxLength: 6 }).map((lines) =>
      // A lone CR LF inside a line would be a line end of its own.
      [...lines.map((text) => text.replaceAll('\r\n', '').replace(/^\n/, 'a').replace(/\r$/, 'a')), ''].join('\r\n'),
    );
    fc.assert(
      fc.property(message, fc.array(fc.nat(80)), (text, cuts) => {
        const wire = `+OK body\r\n${stuffed(text)}.\r\n-ERR no\r\n`;
        expect(read(pieces(wire, cuts))).toEqual(['status +OK body', `body ${text}`, 'status -ERR no']);
      }),
    );
  });

  it.each([
    { wire: '+OK body\r\n.\r\n', body: '' },
    { wire: '+OK body\r\n..\r\n.\r\n', body: '.\r\n' },
    { wire: '+OK body\r\n...\r\n.\r\n', body: '..\r\n' },
    { wire: '+OK body\r\na\n.\r\nb\r\n.\r\n', body: 'a\n.\r\nb\r\n' },
    { wire: '+OK body\r\na\n.\n\r\n.\r\n', body: 'a\n.\n\r\n' },
  ])('of $wire holds $body, octet by octet', ({ wire, body }) => {
    expect(read([...Buffer.from(wire)].map((octet) => Buffer.of(octet)))).toEqual(['status +OK body', `body ${body}`]);
  });

  it('is unfinished until its terminator is whole', () => {
    expect(read([Buffer.from('+OK body\r\nabc\r\n.\r')])).toEqual(['status +OK body', 'unfinished']);
  });

  it('has no status line longer than 8 KiB', () => {
    expect(read([Buffer.alloc(9_000, 'a')])).toContain('overlong');
  });
});
