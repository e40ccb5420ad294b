import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetMail, type MailtoPreset } from '../../src/domain/outgoing/mailto-presets.ts';
import { unknownPlaceholders, withoutSamples, withSamples } from '../../src/instructions/placeholders.ts';
import { createMailto, maxUrlLength, readMailto } from '../../src/instructions/mailto.ts';
import { instructionTexts } from './generators.ts';
import { read } from './reading.ts';

const refusal = `To refuse the request, you only click on the button d'sending the email.
Do not change the text below${' '}

@OPERATION@='SOLVE'
@RFC_NUMBER@='S160824_000001'
@CHOICE@='0'`;

/** The manual's Refused link. */
const refusedLink =
  'mailto:noreply@easyvista.com?subject=Refused&body=To%20refuse%20the%20request,%20you%20only%20click%20on%20the%20button%20d%27sending%20the%20email.%0ADo%20not%20change%20the%20text%20below%20%0A%0A@OPERATION@%3D%27SOLVE%27%0A@RFC_NUMBER@%3D%27S160824_000001%27%0A@CHOICE@%3D%270%27';

/** What the manual prints of its Accepted link, from behind the address on. */
const acceptedTail =
  ',%20you%20only%20click%20on%20the%20button%20d%27sending%20the%20email.%0ADo%20not%20change%20the%20text%20below%20%0A%0A@OPERATION@%3D%27SOLVE%27%0A@RFC_NUMBER@%3D%27S160824_000001%27%0A@CHOICE@%3D%271%27';

/** As mail programs read a link: RFC 6068 §2, by their own decoder. */
const click = (url: string): { readonly to: string; readonly fields: ReadonlyMap<string, string> } => {
  const { pathname, search, hash } = new URL(url);
  expect(hash).toBe('');
  const fields = search
    .slice(1)
    .split('&')
    .map((field) => field.split('=').map(decodeURIComponent));
  return { to: decodeURIComponent(pathname), fields: new Map(fields.map(([name = '', value = '']) => [name, value])) };
};

describe('createMailto', () => {
  it("writes the manual's link", () => {
    expect(createMailto({ to: 'noreply@easyvista.com', subject: 'Refused', body: refusal })).toEqual({
      url: refusedLink,
      warnings: [],
    });
  });

  it("F4: writes the manual's Refused link by its preset, and the Accepted one, whose address the manual cuts", () => {
    const to = 'noreply@easyvista.com';
    const link = (preset: MailtoPreset) => createMailto({ to, ...presetMail(preset, 'S160824_000001') }).url;
    expect(link('refuse')).toBe(refusedLink);
    expect(link('accept')).toBe(`mailto:${to}?subject=Accepted&body=To%20approve%20the%20request${acceptedTail}`);
  });

  it.each([
    ['accept', { operation: 'SOLVE', choice: '1' }],
    ['refuse', { operation: 'SOLVE', choice: '0' }],
    ['ask', { operation: 'SOLVE', choice: '2' }],
    ['solve', { operation: 'SOLVE', choice: null }],
    ['hold', { operation: 'STOP', choice: null }],
  ] as const)('F4: has the preset %s, which orders what it says', (preset, expected) => {
    const { body } = presetMail(preset, 'S160824_000001');
    const { instruction, errors } = read(body);
    expect(errors).toEqual([]);
    expect(instruction).toMatchObject({ rfcNumber: 'S160824_000001', ...expected });
  });

  it('F4: reads as filled what a template fills, and shows the placeholders again', () => {
    const body = "@RFC_NUMBER@='#RFC_NUMBER#' @ACTION_ID@='#CURRENT_ACTION_ID#' @COMMENT@='#TITLE# #BOSS#'";
    const { instruction, errors } = read(withSamples(body));
    expect(errors).toEqual([]);
    expect(withoutSamples(JSON.stringify(instruction.variables))).toBe(
      JSON.stringify({ RFC_NUMBER: '#RFC_NUMBER#', ACTION_ID: '#CURRENT_ACTION_ID#', COMMENT: '#TITLE# #BOSS#' }),
    );
    expect(unknownPlaceholders(body)).toEqual(['BOSS']);
  });

  it.each([
    ['a space outside values', 'To approve', 'To%20approve'],
    ['a space in a value', "@END_DATE@='21/10/2022 14:30' now", '@END_DATE@%3D%2721/10/2022 14:30%27%20now'],
    [
      'a space between braces',
      '@FIELDS_TO_UPDATE@={COMMENT=Internal Problem} {E_X=1}',
      '@FIELDS_TO_UPDATE@%3D%7BCOMMENT%3DInternal Problem%7D %7BE_X%3D1%7D',
    ],
    ['a sign that would end the field', 'a&b#c?d/e+f%41', 'a%26b%23c%3Fd%2Fe%2Bf%2541'],
    ['a placeholder', "@RFC_NUMBER@='#RFC_NUMBER#'", '@RFC_NUMBER@%3D%27%23RFC_NUMBER%23%27'],
    ['a line end of Windows', 'a\r\nb', 'a%0Ab'],
    ['a letter beyond ASCII', 'é😀', '%C3%A9%F0%9F%98%80'],
    ['half a surrogate pair and a control character', 'a\uD800\u0000b', 'a%EF%BF%BDb'],
  ])('encodes %s', (_what, body, encoded) => {
    expect(createMailto({ to: 'a@b.c', body }).url).toBe(`mailto:a@b.c?body=${encoded}`);
  });

  it('writes every address and field', () => {
    const form = { to: ' a+b@c.d , e@f.g', cc: 'h@i.j', bcc: 'k@l.m,n@o.p', subject: 'one\n two', body: 'x' };
    expect(createMailto(form).url).toBe('mailto:a%2Bb@c.d,e@f.g?cc=h@i.j&bcc=k@l.m,n@o.p&subject=one%20two&body=x');
  });

  it('leaves out what is empty', () => {
    expect(createMailto({ to: 'a@b.c', cc: '', subject: ' ', body: '' }).url).toBe('mailto:a@b.c');
  });

  it('warns of an address that is none', () => {
    expect(createMailto({ to: 'a@b.c, Service Desk', body: 'x' }).warnings).toMatchObject([
      { code: 'invalid_address' },
    ]);
  });

  it(`warns of a URL over ${maxUrlLength} characters`, () => {
    const body = 'x'.repeat(maxUrlLength - 'mailto:a@b.c?body='.length);
    expect(createMailto({ to: 'a@b.c', body }).warnings).toEqual([]);
    expect(createMailto({ to: 'a@b.c', body: `${body}x` }).warnings).toMatchObject([{ code: 'url_too_long' }]);
  });
});

describe('readMailto', () => {
  it("reads the manual's link", () => {
    expect(readMailto(refusedLink)).toEqual({
      to: 'noreply@easyvista.com',
      cc: '',
      bcc: '',
      subject: 'Refused',
      body: refusal,
    });
  });

  it.each([
    ['MAILTO:?TO=a@b.c&Subject=x', { to: 'a@b.c', subject: 'x' }],
    ['mailto:a@b.c?to=d@e.f&cc=g@h.i', { to: 'a@b.c,d@e.f', cc: 'g@h.i' }],
    ['mailto:a@b.c?body=a%0D%0Ab%0Ac', { to: 'a@b.c', body: 'a\nb\nc' }],
    ['mailto:a@b.c?subject=x&amp;body=y', { to: 'a@b.c', subject: 'x', body: 'y' }],
    ['mailto:a@b.c?body=1=2?3+4%zz', { to: 'a@b.c', body: '1=2?3+4%zz' }],
    [' mailto:a@b.c?x-mailer=z ', { to: 'a@b.c' }],
  ])('reads %s', (url, form) => {
    expect(readMailto(url)).toEqual({ cc: '', bcc: '', subject: '', body: '', ...form });
  });

  it('reads nothing else', () => {
    expect(readMailto('https://example.com')).toBeNull();
  });
});

describe('a link', () => {
  it('gives what went in', () => {
    const text = fc.string({ unit: 'binary' }).map((value) => value.replace(/[\p{Cc}]/gu, '').toWellFormed());
    const subject = text.map((value) => value.replace(/\s+/gu, ' ').trim());
    const body = fc.array(text).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(subject, body, (oneSubject, oneBody) => {
        const { url } = createMailto({ to: 'a@b.c', subject: oneSubject, body: oneBody });
        expect(readMailto(url)).toEqual({ to: 'a@b.c', cc: '', bcc: '', subject: oneSubject, body: oneBody });
      }),
    );
  });

  it('clicked and sent gives the instruction that went in', () => {
    fc.assert(
      fc.property(instructionTexts, ({ text }) => {
        const { to, fields } = click(createMailto({ to: 'sd@aef.com', subject: 'Accepted', body: text }).url);
        expect(to).toBe('sd@aef.com');
        expect(fields.get('subject')).toBe('Accepted');
        expect(read((fields.get('body') ?? '').replaceAll('\n', '\r\n'))).toEqual(read(text));
      }),
    );
  });
});
