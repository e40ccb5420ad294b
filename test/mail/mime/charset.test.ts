import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../../src/mail/mime/encoding/charset.ts';
import { decodeWords } from '../../../src/mail/mime/encoding/encoded-words.ts';
import { mail, read } from '../../support/mime.ts';

/** One character is one octet. */
const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex');

const japanese = octets('\x1b$B%W%j%s%?!<\x1b(B');
const russian = hex('cff0e8edf2e5f0');

describe('text', () => {
  it.each<[rule: string, label: string | null, bytes: Uint8Array, text: string]>([
    ['a label of WHATWG', 'csISO2022JP', japanese, 'プリンター'],
    ['a label of WHATWG', 'x-mac-cyrillic', hex('8ff0e8ede5'), 'Прине'],
    ['a label of WHATWG', 'unicodefffe', hex('00410042'), 'AB'],
    ['a label of WHATWG', 'koi8-u', hex('f0d2c9cea4'), 'Принє'],
    ['a label of WHATWG', 'ISO-8859-1', hex('80'), '€'],
    ['a label with quotes and blanks', ' "windows-1251" ', russian, 'Принтер'],
    ['a code page of another name', 'cp-1251', russian, 'Принтер'],
    ['a code page of another name', 'x-windows-949', hex('8c63'), '똠'],
    ['a code page of another name', 'ibm850', hex('82'), 'é'],
    ['a code page of another name', '8859-15', hex('a4'), '€'],
    ['KOI8-E', 'iso-ir-111', hex('f0d2c9ced4c5d2'), 'Принтер'],
    ['GB 2312 with characters of GB 18030', 'gb2312', hex('b4f2 8139ef31'), '打㐂'],
    ['HZ', 'hz-gb-2312', octets('a~{4rS!~}b~~'), 'a打印b~'],
    ['ISO-2022-KR', 'iso-2022-kr', octets('\x1b$)C\x0eGA8.\x0f!'), '프리!'],
    ['ISO-2022-JP by its code page', 'cp50220', japanese, 'プリンター'],
    ['half-width katakana', 'iso-2022-jp', octets('\x1b(I1\x1b(B'), 'ｱ'],
    ['escapes without a label', null, japanese, 'プリンター'],
    ['escapes labelled UTF-8', 'utf-8', japanese, 'プリンター'],
    ['a lost escape at the end of the line', null, octets('\x1b$B%W%j\nok'), 'プリ\nok'],
    ['colours of a terminal are no charset', null, octets('\x1b[1mhi\x1b[0m'), '\x1b[1mhi\x1b[0m'],
    ['C2: UTF-8 under a single-byte label', 'windows-1252', utf8('Zürich'), 'Zürich'],
    ['C2: UTF-8 under a single-byte label', 'koi8-r', utf8('Zürich'), 'Zürich'],
    ['C2: UTF-8 under a multi-byte label', 'iso-2022-jp', utf8('プリンター'), 'プリンター'],
    ['C2: a mark under another label', 'iso-8859-1', utf8('\ufeffé'), 'é'],
    ['genuine windows-1252', 'windows-1252', hex('e9 80'), 'é€'],
    ['genuine GBK that could be UTF-8', 'gbk', hex('c2a9'), '漏'],
    ['genuine Thai that could be UTF-8', 'tis-620', hex('c5a7'), 'ลง'],
    ['genuine Latin-1 labelled UTF-8', 'utf-8', octets('d\xe9j\xe0 vu'), 'déjà vu'],
    ['C1: one bad byte in UTF-8', 'utf-8', Buffer.concat([utf8('coupé '), hex('a0')]), 'coupé \ufffd'],
    [
      'C1: one bad byte without a label',
      null,
      Buffer.concat([utf8('écran cassé à é'), hex('e9')]),
      'écran cassé à é\ufffd',
    ],
    ['C1: text cut within a character', 'utf-8', hex('c3a9 e282'), 'é\ufffd'],
    ['C1: CESU-8', 'utf-8', hex('c3a9 eda0bdedb880'), 'é😀'],
    ['8-bit text labelled US-ASCII', 'us-ascii', octets('d\xe9j\xe0'), 'déjà'],
    ['an unknown label', 'x-none', utf8('é'), 'é'],
    ['UTF-7 is refused', 'utf-7', octets('+AEA-'), '+AEA-'],
    ['what is a code of bytes is no charset', 'base64', octets('plain'), 'plain'],
    ['UTF-16 without a mark', 'utf-16', hex('0041 0042'), 'AB'],
    ['UTF-16 without a mark', 'utf-16', hex('4100 4200'), 'AB'],
  ])('is read by its bytes before its label: %s (%s)', (_, label, bytes, text) => {
    expect(decodeBytes(bytes, { label })).toBe(text);
  });

  it.each<[rule: string, label: string | null, html: string, text: string]>([
    ['no label', null, '<meta charset="windows-1251">', 'Принтер'],
    ['no label', null, "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>", 'Принтер'],
    ['US-ASCII', 'us-ascii', '<meta charset=windows-1251>', 'Принтер'],
    ['an unknown label', 'x-unknown', '<meta charset=windows-1251>', 'Принтер'],
    ['a known one', 'iso-8859-5', '<meta charset=windows-1251>', 'Я№'],
    ['a meta in a comment', null, '<!-- <meta charset=windows-1251> -->', 'Ïðèíòåð'],
  ])('C3: of HTML may name its charset itself: %s', (_, label, html, text) => {
    const read = decodeBytes(Buffer.concat([octets(html), russian]), { label, html: true });
    expect(read.includes('Принтер')).toBe(text === 'Принтер');
  });

  it('of any bytes under any label is a text', () => {
    const labels = [
      null,
      'utf-8',
      'utf-16',
      'iso-2022-jp',
      'hz',
      'gbk',
      'big5',
      'euc-kr',
      'shift_jis',
      'cp850',
      'utf-32',
      'base64',
      'hex',
      '__proto__',
      '\0',
    ];
    for (const label of labels)
      for (let seed = 0; seed < 256; seed += 1)
        expect(
          typeof decodeBytes(
            Uint8Array.from({ length: 40 }, (_, at) => (seed * 7 + at * at * 31) & 255),
            { label },
          ),
        ).toBe('string');
  });
});

describe('encoded words', () => {
  it.each([
    ['=?utf-8?Q?Ger=C3=A4t?=', 'Gerät'],
    ['=?iso-8859-1?Q?Ger=C3=A4t?=', 'Gerät'],
    ['=?utf-8?B?R2Vyw6R0?= =?utf-8?B?IDI=?=', 'Gerät 2'],
    ['=?utf-8?Q?=C3?=\n =?utf8?Q?=A9?=', 'é'],
    ['=?utf-8*de?q?a_b?= c', 'a b c'],
    ['=?ISO-2022-JP?B?GyRCJVclaiVzGyhC?=', 'プリン'],
    ['a =?x-none?Q?b?= c', 'a b c'],
    ['=?utf-8?Q?open', '=?utf-8?Q?open'],
  ])('%s is %s', (field, text) => {
    expect(decodeWords(field)).toBe(text);
  });
});

describe('raw 8-bit header fields', () => {
  const withSubject = (subject: string, charset: string): Uint8Array =>
    octets(`Subject: ${subject}\nContent-Type: text/plain; charset=${charset}\n\nx`);

  it.each([
    ['C5: are in the charset of the text', withSubject('\xb4\xf2\xd3\xa1', 'gb2312'), '打印'],
    ['C5: are in the charset of the text', withSubject('\xc7\xc1\xb8\xae', 'euc-kr'), '프리'],
    ['are UTF-8 where they are UTF-8', withSubject('Ger\xc3\xa4t', 'gb2312'), 'Gerät'],
    ['C5: say by escapes what they are', withSubject('\x1b$B%W%j\x1b(B', 'utf-8'), 'プリ'],
    [
      'C1: lose one character by a bad byte',
      withSubject('\xc3\xa9t\xc3\xa9 \xc3\xa0 \xc3\xa9 \xe9', 'utf-8'),
      'été à é \ufffd',
    ],
    ['R18: are not decoded twice in an encoded word', withSubject('=?iso-8859-1?Q?M\xfcller?=', 'utf-8'), 'Müller'],
  ])('%s', async (_, raw, subject) => {
    const { message } = await read(raw);
    expect(message.subject).toBe(subject);
  });

  it('keep ASCII as it is', async () => {
    expect((await read(mail(['Subject: plain'], 'x'))).message.subject).toBe('plain');
  });
});
