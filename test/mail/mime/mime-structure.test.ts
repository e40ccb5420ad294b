import { describe, expect, it } from 'vitest';
import { contentTypeOf } from '../../../src/mail/mime/parts/content-type.ts';
import { repairMail } from '../../../src/mail/mime/mime-repair.ts';
import { decodeTransfer } from '../../../src/mail/mime/encoding/transfer-encoding.ts';
import { read } from '../../support/mime.ts';

const wire = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');
const from = 'From: a@aef.com';
const codes = async (raw: Uint8Array) => (await read(raw)).message.notices.map(({ code }) => code);
const textOf = async (raw: Uint8Array) => (await read(raw)).message.text.trim();

describe('a mail whose header and text are badly separated', () => {
  it.each([
    ['CR CR LF ends its lines', Buffer.from(`${from}\r\r\nSubject: x\r\r\n\r\r\nhello\r\r\n`)],
    ['CR ends its lines', Buffer.from(`${from}\rSubject: x\r\rhello\r`)],
    ['a line of blanks', wire(from, 'Subject: x', ' \t', 'hello')],
    ['a line of a no-break space', wire(from, 'Subject: x', '\xa0', 'hello')],
    ['no line at all', wire(from, 'Subject: x', 'hello')],
    [
      'a line of blanks in a part',
      wire(
        from,
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        ' ',
        'hello',
        '--b--',
      ),
    ],
    [
      'no line at all in a part',
      wire(
        from,
        'Content-Type: multipart/mixed; boundary="b"',
        '',
        '--b',
        'Content-Type: text/plain',
        'hello',
        '--b--',
      ),
    ],
  ])('N2: is read, and the reading says so: %s', async (_, raw) => {
    const { message } = await read(raw);
    expect(message.from).toMatchObject([{ address: 'a@aef.com' }]);
    expect(message.text.trim()).toBe('hello');
    expect(message.notices.map(({ code }) => code)).toEqual(['structure_repaired']);
  });

  it.each([
    ['a byte order mark', '\xef\xbb\xbf'],
    ['an empty line', '\r\n'],
    ['both', '\xef\xbb\xbf\r\n \r\n'],
  ])('F2: has %s before its header', async (_, before) => {
    const { message } = await read(Buffer.from(`${before}${from}\r\n\r\nhello`, 'latin1'));
    expect(message).toMatchObject({ from: [{ address: 'a@aef.com' }], text: 'hello', notices: [] });
  });

  it('goes on with its header behind one broken line', async () => {
    const { message } = await read(wire(from, 'this is no field', 'Subject: x', ' ', ' folded', '', 'hello'));
    expect(message).toMatchObject({ subject: 'x  folded', text: 'hello', notices: [] });
  });

  it('has no other sender for it: a second From behind the break counts', async () => {
    const { message } = await read(wire(from, 'broken', 'and more', 'From: b@evil.test', '', 'hello'));
    expect(message.from.map(({ address }) => address)).toEqual(['a@aef.com', 'b@evil.test']);
  });

  it('is looked through in time linear in its length', () => {
    for (const raw of [
      Buffer.from(`${from}\r\nContent-Type: text/plain; boundary=b\r\n\r\n${'--b\r\nx\r\n'.repeat(300_000)}`),
      Buffer.from(`${from}\r\nContent-Type: text/plain; boundary=b\r\n\r\n--b\r\n${'A: b\r\n'.repeat(400_000)}`),
      Buffer.from(`${from}\r\nContent-Type: text/plain\r\n\r\n${'boundary="x" '.repeat(200_000)}`),
    ])
      expect(repairMail(raw).raw.byteLength).toBeGreaterThanOrEqual(raw.byteLength);
  });
});

describe('the type of a part', () => {
  const given = (parsed: string) => ({ parsed, isGiven: true, isDocument: false, inDigest: false });

  it.each([
    ['text/plain', 'text/plain'],
    ['text/plain.', 'text/plain'],
    ['text', 'text/plain'],
    ['textplain', 'text/plain'],
    ['*/*', 'text/plain'],
    ['', 'text/plain'],
    ['multipart', 'text/plain'],
    ['=text/plain', 'text/plain'],
    ['html', 'text/html'],
    ['text/html, x', 'text/html'],
    ['application/pdf', 'application/pdf'],
  ])('N3: %j is %s', (parsed, type) => {
    expect(contentTypeOf(given(parsed))).toBe(type);
  });

  it('N3: is bytes where it is none and the part is a file', () => {
    expect(contentTypeOf({ ...given('plan.pdf'), isDocument: true })).toBe('application/octet-stream');
  });

  it('Q7: is a message in a digest, unless it says another', () => {
    expect(contentTypeOf({ ...given('text/plain'), isGiven: false, inDigest: true })).toBe('message/rfc822');
    expect(contentTypeOf({ ...given('text/plain'), inDigest: true })).toBe('text/plain');
  });

  it.each([
    ['text/x-python', 'hello'],
    ['text/enriched', '<bold>hello</bold>'],
    ['text/enriched', '<color><param>red</param>hello</color>'],
    ['text/richtext', 'hello<nl>'],
  ])('N3: %s is read as the message', async (type, body) => {
    expect(await textOf(wire(from, `Content-Type: ${type}`, '', body))).toBe('hello');
  });

  it.each(['text/rfc822', 'text/rfc822-headers', 'text/csv', 'text/calendar'])(
    'N3: %s is no text of the sender',
    async (type) => {
      const { message } = await read(wire(from, `Content-Type: ${type}`, '', "@URGENCY@='1'"));
      expect(message.text).toBe('');
      expect(message.attachments).toHaveLength(1);
    },
  );

  it('N5: of another form of the text makes no document, an invitation does', async () => {
    const part = (type: string): readonly string[] => ['--b', `Content-Type: ${type}`, '', 'x'];
    const { message } = await read(
      wire(
        from,
        'Content-Type: multipart/alternative; boundary=b',
        '',
        ...[
          'text/plain',
          'text/x-amp-html',
          'text/watch-html',
          'text/rtf',
          'text/vnd.google.email-reaction+json',
        ].flatMap(part),
        ...part('text/calendar'),
        '--b--',
      ),
    );
    expect(message.attachments.map(({ contentType }) => contentType)).toEqual(['text/calendar']);
  });
});

describe('a transfer encoding', () => {
  const code = Buffer.from('Réseau coupé').toString('base64');
  const long = Buffer.from('Réseau coupé '.repeat(20)).toString('base64').replace(/.{76}/g, '$&\n');
  const decoded = (field: string, text: string) =>
    Buffer.from(decodeTransfer(Buffer.from(text, 'latin1'), field).bytes).toString();

  it.each(['base64', 'BASE64', '"base64"', 'base64;', 'base64, base64', 'base-64', 'x-base64', 'base64 (a comment)'])(
    'T1: %s is base64',
    (field) => {
      expect(decoded(field, code)).toBe('Réseau coupé');
    },
  );

  it.each(['quoted-printable', 'quoted_printable', 'quoted/printable', 'quoted printable', 'Quoted-Printable;'])(
    'T1: %s is quoted-printable',
    (field) => {
      expect(decoded(field, 'R=C3=A9seau =\r\ncoup=c3=a9 100% =ZZ')).toBe('Réseau coupé 100% =ZZ');
    },
  );

  it.each(['7bit', '8-bit', 'utf-8', ''])('%j is none', (field) => {
    expect(decoded(field, code)).toBe(code);
  });

  it.each([
    ['x-uuencode', 'begin 644 note.txt\n%:&5L;&\\\n`\nend\n'],
    ['uuencode', 'begin 644 note.txt\r\n%:&5L;&\\\r\n \r\nend'],
  ])('T1: %s is uuencode', (field, text) => {
    expect(decoded(field, text)).toBe('hello');
  });

  it.each([
    ['a footer of words', `${long}\n-- \nThis mail was checked.`, 'This mail was checked.'],
    ['a footer of HTML', `${long}\n<p>footer</p>`, '<p>footer</p>'],
    ['a footer of lines', `${long}\n____________\nlist`, 'list'],
    ['a banner before it', `CAUTION external sender\n${long}`, 'CAUTION'],
  ])('T1: keeps %s as text', async (_, body, words) => {
    const text = await textOf(
      wire(from, 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '', body),
    );
    expect(text).toContain('Réseau coupé Réseau coupé');
    expect(text).toContain(words);
    expect(text).not.toContain('\ufffd');
  });

  it('T1: keeps no footer in a file', async () => {
    const raw = wire(
      from,
      'Content-Type: application/pdf',
      'Content-Transfer-Encoding: base64',
      '',
      'ZGF0YQ==',
      'a footer.',
    );
    expect((await read(raw)).message.attachments).toMatchObject([{ size: 4 }]);
  });
});

describe('a mail in which no text is found', () => {
  it.each([
    ['no_text', wire(from, 'Content-Type: text/plain', 'Content-Disposition: attachment', '', 'hello')],
    ['no_text', wire(from, 'Content-Type: application/pdf', '', 'x')],
    ['partial_message', wire(from, 'Content-Type: message/partial; id=x', '', 'x')],
    ['encrypted', wire(from, 'Content-Type: application/octet-stream; name=a.asc', '', '-----BEGIN PGP MESSAGE-----')],
    ['encrypted', wire(from, 'Content-Type: text/plain', '', '-----BEGIN PGP MESSAGE-----', '', 'x')],
  ])('N1: is never silent: %s', async (code, raw) => {
    expect(await codes(raw)).toEqual([code]);
  });

  it('says nothing where there is nothing', async () => {
    expect(await codes(wire(from, '', ''))).toEqual([]);
  });
});

describe('the name of a document', () => {
  it.each([
    ['"C:\\Users\\x\\plan.pdf"', 'plan.pdf'],
    ['"\\\\server\\share\\plan.pdf"', 'plan.pdf'],
    ['"a \\"b\\".pdf"', 'a _b_.pdf'],
  ])('D1: %s is %s', async (value, name) => {
    const { message } = await read(
      wire(from, 'Content-Type: application/pdf', `Content-Disposition: attachment; filename=${value}`, '', 'x'),
    );
    expect(message.attachments.map((attachment) => attachment.name)).toEqual([name]);
  });
});
