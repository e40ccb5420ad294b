import { describe, expect, it } from 'vitest';
import { unpackRtf } from '../../../src/mail/mime/containers/rtf.ts';
import { openTnef } from '../../../src/mail/mime/containers/tnef.ts';
import { mail, read } from '../../support/mime.ts';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const attribute = (id: number, ...data: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(data);
  return Buffer.concat([Buffer.from([1]), u32(id), u32(content.byteLength), content, Buffer.alloc(2)]);
};
const variable = (id: number, type: number, bytes: Buffer): Buffer =>
  Buffer.concat([
    u32(type | (id << 16)),
    u32(1),
    u32(bytes.byteLength),
    bytes,
    Buffer.alloc((4 - (bytes.byteLength % 4)) % 4),
  ]);
const tnef = (...attributes: readonly Uint8Array[]): Buffer =>
  Buffer.concat([u32(0x223e9f78), Buffer.from([1, 0]), ...attributes]);

const maxBytes = 1_000_000;

const codePage = attribute(0x00069007, u32(1251), u32(0));
const body = (text: string): Buffer => attribute(0x0002800c, Buffer.from(`${text}\0`, 'latin1'));
const file = (...attributes: readonly Uint8Array[]): Buffer =>
  Buffer.concat([attribute(0x00069002, Buffer.alloc(14)), ...attributes]);
const title = (name: string): Buffer => attribute(0x00018010, Buffer.from(`${name}\0`));
const data = (content: string): Buffer => attribute(0x0006800f, Buffer.from(content));
const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');

const named = Buffer.concat([
  u32((0x1f | (0x8001 << 16)) >>> 0),
  Buffer.alloc(16),
  u32(1),
  u32(4),
  utf16('a'),
  u32(1),
  u32(4),
  utf16('b'),
]);
const long = Buffer.concat([u32(0x03 | (0x0e20 << 16)), u32(7)]);

const winmail = (object: Uint8Array, beside = ''): Buffer =>
  mail(
    ['Content-Type: multipart/mixed; boundary=b'],
    `${beside}--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${Buffer.from(object).toString('base64')}\n--b--`,
  );

describe('winmail.dat', () => {
  it('N1: gives its files as documents, and its text where the mail has no other', async () => {
    const object = tnef(
      codePage,
      body("@URGENCY@='1' \xcf\xf0"),
      file(title('PLAN~1.PDF'), data('plan')),
      file(title('a.txt'), data('a')),
    );
    const alone = (await read(winmail(object))).message;
    expect(alone.text.trim()).toBe("@URGENCY@='1' Пр");
    expect(alone.attachments).toMatchObject([
      { name: 'PLAN~1.PDF', contentType: 'application/pdf', size: 4 },
      { name: 'a.txt', size: 1 },
    ]);
    expect(alone.notices.map(({ code }) => code)).toEqual(['text_from_winmail']);
    const beside = (await read(winmail(object, '--b\n\nhello\n'))).message;
    expect(beside.text.trim()).toBe('hello');
    expect(beside.attachments).toHaveLength(2);
    expect(beside.notices).toEqual([]);
  });

  it.each([
    ['plain text among the properties', [variable(0x1000, 0x1f, utf16('hello'))]],
    ['HTML among the properties', [variable(0x1013, 0x102, Buffer.from('<p>hello</p>'))]],
    ['what stands behind a named property and a number', [named, long, variable(0x1000, 0x1e, Buffer.from('hello\0'))]],
  ])('N1: is read by %s', async (_, properties) => {
    const list = attribute(0x00069003, u32(properties.length), ...properties);
    expect((await read(winmail(tnef(list)))).message.text.trim()).toBe('hello');
  });

  it('names a file by its long name', () => {
    const names = attribute(0x00069005, u32(1), variable(0x3707, 0x1f, utf16('Pläne.pdf')));
    expect(openTnef(tnef(file(title('PLNE~1.PDF'), data('x'), names)), maxBytes)?.files).toMatchObject([
      { name: 'Pläne.pdf' },
    ]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no TNEF', Buffer.from('hello')],
    ['an attribute that is cut', tnef(body('hello')).subarray(0, 16)],
    [
      'a list that lies about its length',
      tnef(attribute(0x00069003, u32(0xffffffff), u32(0x1f | (0x1000 << 16)), u32(0xffffffff))),
    ],
    ['numbers without an end', tnef(attribute(0x00069003, u32(2), u32(0x1003 | (1 << 16)), u32(0xffffffff)))],
  ])('N1: is kept as it is where it holds %s, and the reading says so', async (_, object) => {
    expect(openTnef(object, maxBytes)?.files ?? []).toEqual([]);
    const { message } = await read(winmail(object));
    expect(message.attachments).toMatchObject([{ name: 'winmail.dat' }]);
    expect(message.notices.map(({ code }) => code)).toEqual(object.byteLength > 0 ? ['no_text'] : []);
  });

  it('C-15: gives the text and the files of a message that is attached in it', async () => {
    const inner = tnef(body('inner text'), file(title('log.txt'), data('log')));
    const attached = Buffer.concat([Buffer.alloc(16), inner]);
    const properties = [variable(0x3701, 0x0d, attached), variable(0x3704, 0x1f, utf16('Fwd'))];
    const object = tnef(file(attribute(0x00069005, u32(properties.length), ...properties)));
    const { message, contents } = await read(winmail(object, '--b\n\nhello\n'));
    expect(message.attachments.map(({ name }) => name)).toEqual(['Fwd.txt', 'log.txt']);
    expect(Array.from(contents.values(), (content) => Buffer.from(content).toString())).toEqual(['inner text', 'log']);
  });
});

/** Uncompressed, as MS-OXRTFCP allows. */
const packed = (rtf: string): Buffer =>
  Buffer.concat([u32(rtf.length + 12), u32(rtf.length), u32(0x414c454d), u32(0), Buffer.from(rtf, 'latin1')]);
const rtfOnly = (rtf: Buffer): Buffer => winmail(tnef(attribute(0x00069003, u32(1), variable(0x1009, 0x102, rtf))));

describe('C-15: text that is in a winmail.dat as RTF alone', () => {
  it.each([
    [
      'text',
      String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\*\generator x;}\pard Hello \'cf\'f0\par @URGENCY@=\rquote 1\u8217?\tab{\b b}\line \{c\}}`,
      'Hello Пр\n@URGENCY@=’1’\tb\n{c}',
    ],
    [
      'what was HTML',
      String.raw`{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\par \htmlrtf0 a < b{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 c{\*\htmltag72 </p>}{\*\htmltag64 <p>}d{\*\mhtmltag64 <x>}}`,
      'a < b c\n\nd',
    ],
    ['what is in doubt', String.raw`{\rtf1{\colortbl;\red255\green255\blue255;}a\par\cf1 b}`, '> a\n> b'],
    ['what is hidden', String.raw`{\rtf1 a{\v b}c}`, '> ac'],
    ['what is broken', String.raw`{\rtf1 a}}}{{{\b`, 'a'],
  ])('%s', async (_what, rtf, text) => {
    const { message } = await read(rtfOnly(packed(rtf)));
    expect(message.text.trim()).toBe(text);
    expect(message.notices.map(({ code }) => code)).toContain('text_from_winmail');
  });

  it('unpacks it by the example of MS-OXRTFCP', () => {
    const official =
      '2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232' + '0af32068656c090020627705b06c647d0a800fa0';
    expect(Buffer.from(unpackRtf(Buffer.from(official, 'hex'), maxBytes) ?? []).toString()).toBe(
      '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
    );
  });

  it.each([
    ['says that it is longer than is allowed', Buffer.concat([u32(9), u32(maxBytes + 1), u32(0x75465a4c), u32(0)])],
    ['is of another kind', Buffer.alloc(40)],
    ['is cut', Buffer.alloc(3)],
  ])('is none where it %s', (_what, bytes) => {
    expect(unpackRtf(bytes, maxBytes)).toBeNull();
  });
});
