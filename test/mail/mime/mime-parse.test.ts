import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';
import { readFixture } from '../../support/fixtures.ts';
import { mail, read, readMessageFixture } from '../../support/mime.ts';

describe('the fields of a mail', () => {
  it('are read from its header', async () => {
    const message = await readMessageFixture('page-example');
    expect(message).toMatchObject({
      messageId: '<fixture-1@aef.com>',
      inReplyTo: [],
      references: [],
      from: [{ name: 'Frank Leblanc', address: 'fleblanc@aef.com' }],
      to: [{ name: '', address: 'support@aef.com' }],
      cc: [],
      subject: 'Description of the problem on my smartphone',
      date: '2022-07-02T07:30:00.000Z',
      partTypes: ['multipart/mixed', 'text/plain', 'text/plain'],
    });
    expect(message.headers.map(([name]) => name)).toEqual([
      'return-path',
      'from',
      'to',
      'subject',
      'date',
      'message-id',
      'mime-version',
      'content-type',
    ]);
  });

  it('may all be missing', async () => {
    expect(await readMessageFixture('bare-minimum')).toMatchObject({
      messageId: null,
      subject: '',
      date: null,
      to: [],
    });
  });

  it('are in order, unfolded, not decoded, without NUL', async () => {
    const { message } = await read(
      mail(['X-A: one', ' two', 'x-b:  =?utf-8?Q?=C3=A9?=\0', 'X-A: three', 'no field', ': none']),
    );
    expect(message.headers).toEqual([
      ['x-a', 'one two'],
      ['x-b', '=?utf-8?Q?=C3=A9?='],
      ['x-a', 'three'],
    ]);
  });

  it('name messages by msg-ids only', async () => {
    const { message } = await read(
      mail([
        `Message-ID: <a@b> <c@d>`,
        'In-Reply-To: Your message of Monday <e@f>',
        'References: <g@h>\n <i@j>',
        `References: <${'x'.repeat(2000)}>`,
      ]),
    );
    expect(message).toMatchObject({ messageId: '<a@b>', inReplyTo: ['<e@f>'], references: ['<g@h>', '<i@j>'] });
  });

  it.each([
    ['Sat, 2 Jul 2022 09:30:00 +0200 (CEST)', '2022-07-02T07:30:00.000Z'],
    ['2 Jul 22 09:30 GMT', '2022-07-02T09:30:00.000Z'],
    ['yesterday', null],
    ['Sat, 2 Jul 275000 09:30:00 +0200', null],
    ['Sat, 99 Jul 2022 09:30:00 +0200', null],
  ])('have the date %s as %s', async (value, date) => {
    expect((await read(mail([`Date: ${value}`]))).message.date).toBe(date);
  });

  it('have a subject on one line, whatever was encoded into it', async () => {
    const { message } = await read(mail(['Subject: =?utf-8?Q?a=0D=0ABcc:_x@y.test=00?=']));
    expect(message.subject).toBe('a Bcc: x@y.test');
  });

  it('may hold bytes of any charset', async () => {
    expect((await read(mail(['Subject: café']))).message.subject).toBe('café');
    expect((await read(Buffer.from('Subject: caf\xe9\r\n\r\nx', 'latin1'))).message.subject).toBe('café');
  });
});

describe('the documents of a mail', () => {
  it('are its attachments, with the hash of their decoded bytes', async () => {
    const { message, contents } = await read(await readFixture('page-example'));
    const sha256 = createHash('sha256').update('twelve bytes').digest('hex');
    expect(message.attachments).toEqual([
      { name: 'document.txt', contentType: 'text/plain', size: 12, sha256, inline: false },
    ]);
    expect(Buffer.from(contents.get(sha256) ?? []).toString()).toBe('twelve bytes');
  });

  it('have names that are fit to be shown', async () => {
    const { attachments } = await readMessageFixture('file-names');
    expect(attachments.map(({ name, contentType }) => [name, contentType])).toEqual([
      ['x', 'application/octet-stream'],
      ['htaccess', 'application/octet-stream'],
      ['résumé.pdf', 'application/pdf'],
      ['attachment-4.jpeg', 'image/jpeg'],
      ['attachment-5.bin', 'application/octet-stream'],
    ]);
  });

  it('are text files, too, that stand within the mail', async () => {
    const { attachments } = await readMessageFixture('attached-log-inline');
    expect(attachments.map(({ name }) => name)).toEqual(['agent.log']);
  });

  it('are attached messages as a whole, not their parts', async () => {
    const { message, contents } = await read(await readFixture('attached-message'));
    const [attached] = message.attachments;
    expect(message.attachments).toHaveLength(1);
    expect(attached).toMatchObject({ name: 'printer.eml', contentType: 'message/rfc822' });
    const content = Buffer.from(contents.get(attached?.sha256 ?? '') ?? []).toString();
    expect(content.startsWith('From: gsmith@aef.com\r\nSubject: ')).toBe(true);
    expect(content).toContain('--b2--');
  });

  it('are inline when the HTML refers to them', async () => {
    const { attachments } = await readMessageFixture('inline-image');
    expect(attachments.map(({ name, inline }) => [name, inline])).toEqual([
      ['attachment-1.png', true],
      ['screenshot.png', false],
    ]);
  });
});

describe('a mail beyond the limits', () => {
  const parts = (count: number, headers = 'Content-Type: text/plain'): Buffer =>
    mail(
      [
        'From: fleblanc@aef.com',
        'Subject: too much',
        'Message-ID: <1@aef.com>',
        'Content-Type: multipart/mixed; boundary=b',
      ],
      `${`--b\n${headers}\n\nx\n`.repeat(count)}--b--`,
    );
  const nested = (levels: number): Buffer => {
    const opened = Array.from(
      { length: levels - 1 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    );
    return Buffer.from(`From: fleblanc@aef.com\n${opened.join('')}\nx`);
  };
  const explain = async (raw: Uint8Array) => {
    const reading = await parseMime(raw, defaultMimeLimits);
    return reading.ok ? 'ok' : `${reading.reason}: ${reading.explanation}`;
  };

  it('says which one, and keeps what its header tells', async () => {
    expect(await parseMime(parts(200), defaultMimeLimits)).toEqual({
      ok: false,
      reason: 'too_large',
      explanation: 'The message has more than 200 parts.',
      subject: 'too much',
      from: 'fleblanc@aef.com',
      messageId: '<1@aef.com>',
    });
  });

  it('has the limits themselves within them', async () => {
    expect(await explain(parts(199))).toBe('ok');
    expect(await explain(parts(100, 'Content-Type: image/png'))).toBe('ok');
    expect(await explain(nested(20))).toBe('ok');
    expect(await explain(Buffer.from(`X: ${'x'.repeat(256 * 1024 - 5)}\r\n\r\ntext`))).toBe('ok');
  });

  it.each([
    ['101 attachments', parts(101, 'Content-Type: image/png'), 'more than 100 attachments'],
    ['50,000 parts', parts(50_000), 'more than 200 parts'],
    [
      '50,000 delimiters without a part',
      mail(['Content-Type: multipart/mixed; boundary=b'], '--b\n'.repeat(50_000)),
      '200 parts',
    ],
    ['21 levels', nested(21), 'deeper than 20 levels'],
    ['5,000 levels', nested(5000), 'deeper than 20 levels'],
    [
      'a header of 256 KiB and a byte',
      Buffer.from(`X: ${'x'.repeat(256 * 1024 - 4)}\r\n\r\ntext`),
      'header of the message',
    ],
    ['100,000 header lines', mail(Array.from({ length: 100_000 }, () => 'X-A: b')), 'header of the message'],
    ['a header without an end', Buffer.from('x'.repeat(2_000_000)), 'header of the message'],
    ['a part with a large header', parts(1, `X: ${'x'.repeat(300_000)}`), 'header is longer'],
    [
      '3 MiB of HTML',
      mail(['Content-Type: text/html'], '<p>text</p>\n'.repeat(250_000)),
      'longer than 2097152 characters',
    ],
  ])('is refused: %s', async (_, raw, words) => {
    const explanation = await explain(raw);
    expect(explanation).toContain('too_large: ');
    expect(explanation).toContain(words);
  });

  it('takes 5,000 messages within each other for one attachment', async () => {
    const { message } = await read(Buffer.from(`${'Content-Type: message/rfc822\r\n\r\n'.repeat(5000)}x`));
    expect(message.attachments).toHaveLength(1);
    expect(message.partTypes).toEqual(['message/rfc822']);
  });

  it('is unreadable when its structure hides all of it', async () => {
    expect(await explain(await readFixture('multipart-without-boundary'))).toBe(
      'unreadable: The message says that it is multipart/mixed, but no part of it was found.',
    );
  });

  it('is read when it is hostile, but small', async () => {
    for (const raw of [
      mail(['From: a@b.test', `Cc: ${'a@b.c, '.repeat(35_000)}`]),
      mail([`Subject: ${'=?utf-8?Q?a?='.repeat(18_000)}`]),
      mail([`Content-Type: text/plain; ${'a*0=b;'.repeat(30_000)}`]),
      mail(['Content-Type: text/html'], `x${'<!--'.repeat(400_000)}`),
      mail(['Content-Type: text/html'], `<p ${'a=b '.repeat(400_000)}>x`),
      Buffer.from([0, 1, 2, 3, 255]),
      new Uint8Array(),
    ])
      expect(await explain(raw)).toBe('ok');
  });
});
