import { describe, expect, it } from 'vitest';
import { mail, read } from '../../support/mime.ts';

const named = async (fields: string, charset = 'utf-8'): Promise<string | undefined> => {
  const raw = mail(
    ['Content-Type: multipart/mixed; boundary=b'],
    `--b\nContent-Type: text/plain; charset=${charset}\n\nhello\n--b\n${fields}\n\ndata\n--b--\n`,
  );
  // Raw octets are written as \xNN here.
  const bytes = Buffer.from(
    raw.toString().replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
  return (await read(bytes)).message.attachments[0]?.name;
};
const disposition = (parameters: string): string => `Content-Disposition: attachment; ${parameters}`;

describe('C-15: names of files, in whatever way they were put into a field', () => {
  it.each([
    ['a token', 'filename=plan.pdf', 'plan.pdf'],
    ['blanks without quotes', 'filename=my plan.pdf; size=3', 'my plan.pdf'],
    ['quotes', String.raw`filename="a \"b\"; c.pdf"`, 'a _b_; c.pdf'],
    ['quotes that do not end', 'filename="plan.pdf', 'plan.pdf'],
    ['a path with its backslashes as they are', String.raw`filename="C:\Users\new\plan.pdf"`, 'plan.pdf'],
    ['a comment before it', '(x)filename=(y)"plan.pdf"', 'plan.pdf'],
    ['a name within another value', 'x="; filename=evil.exe"; filename=plan.pdf', 'plan.pdf'],
    ['RFC 2231', "filename*=utf-8'de'Pl%C3%A4ne.pdf", 'Pläne.pdf'],
    ['RFC 2231 in quotes', `filename*="iso-8859-1''Pl%E4ne.pdf"`, 'Pläne.pdf'],
    ['RFC 2231 without a charset', "filename*=''Pl%C3%A4ne.pdf", 'Pläne.pdf'],
    ['RFC 2231 beside a plain name', "filename=Plane.pdf; filename*=utf-8''Pl%C3%A4ne.pdf", 'Pläne.pdf'],
    ['RFC 2231 in pieces, in any order', `filename*1*=%A4ne; filename*0*=utf-8''Pl%C3; filename*2=".pdf"`, 'Pläne.pdf'],
    ['pieces that are not encoded', 'filename*0="Plan of "; filename*1="May.pdf"', 'Plan of May.pdf'],
    ['words of RFC 2047 in pieces', 'filename*0="=?utf-8?B?UGzDpG5l"; filename*1="?=.pdf"', 'Pläne.pdf'],
    ['a word of RFC 2047', 'filename="=?utf-8?Q?Pl=C3=A4ne=2Epdf?="', 'Pläne.pdf'],
    ['words of RFC 2047 over two lines', 'filename="=?utf-8?Q?Pl=C3=A4?=\n =?utf-8?Q?ne=2Epdf?="', 'Pläne.pdf'],
    [
      'what looks like a word and is encoded by RFC 2231',
      "filename*=utf-8''%3D%3Futf-8%3FQ%3Fa%3F%3D",
      '=_utf-8_Q_a_=',
    ],
    ['raw UTF-8', String.raw`filename="Pl\xc3\xa4ne.pdf"`, 'Pläne.pdf'],
    ['raw octets of no known charset', String.raw`filename="Pl\xe4ne.pdf"`, 'Pläne.pdf'],
    ['a percent sign that is no escape', 'filename="100%25 %41.pdf"', '100%25 %41.pdf'],
  ])('%s', async (_how, parameters, name) => {
    expect(await named(disposition(parameters))).toBe(name);
  });

  it('raw octets are in the charset of the text', async () => {
    expect(await named(disposition(String.raw`filename="\xcf\xeb\xe0\xed.pdf"`), 'windows-1251')).toBe('План.pdf');
  });

  it('the name of the type counts where the disposition has none', async () => {
    expect(
      await named("Content-Type: application/pdf; name*=utf-8''Pl%C3%A4ne.pdf\nContent-Disposition: attachment"),
    ).toBe('Pläne.pdf');
  });
});

describe('C-15: files that are written into the text', () => {
  const uu = 'begin 644 note.txt\n%:&5L;&\\\n`\nend';

  it('are documents beside it', async () => {
    const { message, contents } = await read(
      mail(['Subject: x'], `Look:\n${uu}\n\nand\n${uu.replace('note', 'other')}\nbye`),
    );
    expect(message.text).toBe('Look:\n\nand\nbye');
    expect(message.attachments.map(({ name, size }) => [name, size])).toEqual([
      ['note.txt', 5],
      ['other.txt', 5],
    ]);
    expect(Buffer.from([...contents.values()][0] ?? []).toString()).toBe('hello');
  });

  it.each([
    ['has lines that are none of it', 'begin 644 note.txt\nplease print this\n`\nend'],
    ['does not end', 'begin 644 note.txt\n%:&5L;&\\'],
    ['is a sentence', 'begin 644 times\nand do not end'],
    ['is full of beginnings', 'begin 644 x\n'.repeat(20_000)],
    ['is full of blank lines', `begin 644 x\n${' \n'.repeat(50_000)}`],
  ])('are none where it %s', async (_what, text) => {
    const { message } = await read(mail(['Subject: x'], text));
    expect(message.attachments).toEqual([]);
    expect(message.text.trim()).toBe(text.replaceAll('\r', '').trim());
  });
});

describe('C-15: format=flowed', () => {
  const flowed = async (parameters: string, body: string): Promise<string> =>
    (await read(mail([`Content-Type: text/plain; format=flowed${parameters}`], body))).message.text;

  it.each([
    ['joins lines', '', "@COMMENT@='a \nb'\nc", "@COMMENT@='a b'\nc"],
    ['without the space', '; delsp=yes', 'ab \ncd\nx', 'abcd\nx'],
    ['lines of one depth alone', '', '> a \n> b \nc', '> a b \nc'],
    ['and takes out what was stuffed', '', ' From here\n >x', 'From here\n>x'],
    ['and keeps the signature', '', 'a\n-- \nb', 'a\n-- \nb'],
  ])('%s', async (_what, parameters, body, text) => {
    expect(await flowed(parameters, body)).toBe(text);
  });

  it('takes time linear in its length', async () => {
    expect((await flowed('', 'word \n'.repeat(150_000))).length).toBe(750_000);
  });
});

it('C-15: a part that only names a file elsewhere is told', async () => {
  const raw = mail(
    ['Content-Type: multipart/mixed; boundary=b'],
    '--b\n\nhello\n--b\nContent-Type: message/external-body; access-type=URL; URL="http://x.test/a"\n\nContent-Type: text/plain\n\n--b--\n',
  );
  expect((await read(raw)).message.notices.map(({ code }) => code)).toEqual(['external_body']);
});

it('C-15: a text without any header is the text', async () => {
  const { message } = await read(Buffer.from('This has no header.\r\nAll of it is text.\r\n'));
  expect(message.text.trim()).toBe('This has no header.\nAll of it is text.');
  expect(message.notices.map(({ code }) => code)).toEqual(['structure_repaired']);
});
