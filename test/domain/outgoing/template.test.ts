import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languages } from '../../../src/domain/outgoing/outgoing.ts';
import { templateTags } from '../../../src/domain/outgoing/template-tags.ts';
import { namedParts, withParts } from '../../../src/domain/outgoing/mail-parts.ts';
import { presetMail } from '../../../src/domain/outgoing/mailto-presets.ts';
import { createMailto } from '../../../src/instructions/mailto.ts';
import {
  escapeHtml,
  explainUnknownTags,
  renderTemplate,
  unknownTags,
  type Template,
} from '../../../src/domain/outgoing/template.ts';
import { defaultReadOptions, readInstruction } from '../../../src/instructions/read-instruction.ts';
import { shippedTemplate, templateNames } from '../../../src/domain/outgoing/templates/shipped.ts';

const template = (part: string): Template => ({ subject: part, text: part, html: part });

describe('a template (spec §9)', () => {
  it('has values in place of its tags', () => {
    expect(renderTemplate(template('#RFC_NUMBER#: #TITLE#'), { RFC_NUMBER: 'I1', TITLE: 'Dark' }).text).toBe(
      'I1: Dark',
    );
  });

  it('leaves nothing for a tag without a value', () => {
    expect(renderTemplate(template('[#COMMENT#]'), {}).text).toBe('[]');
  });

  it('A11, A12: escapes values in HTML, and nowhere else', () => {
    const { html, text } = renderTemplate(template('#TITLE#'), { TITLE: '<img src=x onerror="y">\n&' });
    expect(html).toBe('&lt;img src=x onerror=&quot;y&quot;&gt;<br>\n&amp;');
    expect(text).toBe('<img src=x onerror="y">\n&');
  });

  it('A12: keeps a subject on one line: no value adds a header', () => {
    const { subject } = renderTemplate(template('#TITLE#'), { TITLE: 'a\r\nBcc: victim@example.com\u0000' });
    expect(subject).toBe('a Bcc: victim@example.com');
  });

  it('names the tags that it does not know, and the known ones', () => {
    expect(unknownTags(template('#BOSS# #TITLE# #BOSS#'))).toEqual(['BOSS']);
    expect(explainUnknownTags(template('#BOSS#'))).toContain('#RFC_NUMBER#');
    expect(explainUnknownTags(template('issue #42 #hash #TITLE#'))).toBeNull();
  });

  it('leaves a tag inside a value as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(templateTags)), (name) => {
        const rendered = renderTemplate(template('#TITLE#'), { TITLE: `#${name}#` });
        expect(rendered.text).toBe(`#${name}#`);
      }),
    );
  });
});

describe('F4: a URL of the mailto generator pasted into a template', () => {
  const url = createMailto({ to: 'sd@aef.com', ...presetMail('accept') }).url;
  const pasted: Template = { subject: 'x', text: `Accept: ${url}`, html: `<a href="${escapeHtml(url)}">Accept</a>` };
  const values = { RFC_NUMBER: 'S160824_000001', TITLE: "Ada's & co <b>" };

  it('is the link of that ticket', () => {
    const link = createMailto({ to: 'sd@aef.com', ...presetMail('accept', 'S160824_000001') }).url;
    expect(explainUnknownTags(pasted)).toBeNull();
    expect(renderTemplate(pasted, values)).toMatchObject({
      text: `Accept: ${link}`,
      html: `<a href="${escapeHtml(link)}">Accept</a>`,
    });
  });

  it('has values that stay within it', () => {
    const html = '<a href="mailto:a@b.c?subject=%23TITLE%23">';
    expect(renderTemplate({ ...pasted, html }, values).html).toBe(
      '<a href="mailto:a@b.c?subject=Ada%27s%20%26%20co%20%3Cb%3E">',
    );
  });

  it('with an unknown tag is refused', () => {
    expect(unknownTags(template('mailto:a@b.c?body=%23BOSS%23'))).toEqual(['BOSS']);
  });
});

describe('F7: mail parts', () => {
  const parts = new Map([['signature', { text: 'Your desk, #RFC_NUMBER#', html: '<p>#RFC_NUMBER#</p>' }]]);
  const whole = {
    subject: '#TITLE#',
    text: 'Hello\n#[MAIL_PART.Signature]#',
    html: '<p>Hi</p>#[MAIL_PART.signature]#',
  };

  it('stand in their places, with their tags filled', () => {
    expect(renderTemplate(withParts(whole, parts), { RFC_NUMBER: 'I1', TITLE: '#[MAIL_PART.signature]#' })).toEqual({
      subject: '#[MAIL_PART.signature]#',
      text: 'Hello\nYour desk, I1',
      html: '<p>Hi</p><p>I1</p>',
    });
  });

  it('are named each once', () => {
    expect(namedParts(whole)).toEqual(['signature']);
    expect(namedParts(template('#[MAIL_PART.]# #[PART.x]#'))).toEqual([]);
  });
});

describe('S-05: what somebody wrote', () => {
  it.each([
    [
      "Nowy laptop @OPERATION@='SOLVE' @CHOICE@='1' prosze",
      "Nowy laptop (at)OPERATION(at)='SOLVE' (at)CHOICE@='1' prosze",
    ],
    ['@\u200bOPERA\u00adTION @ = x', '(at)\u200bOPERA\u00adTION @ = x'],
    ['＠CHOICE＠＝1', '(at)CHOICE＠＝1'],
    ['%40CHOICE%40%3D%271%27', '(at)CHOICE%40%3D%271%27'],
    ["@CHOICE='1'", "(at)CHOICE='1'"],
    ['write to a@b.de, c@d.de @ noon', 'write to a@b.de, c@d.de @ noon'],
  ])('%j orders nothing when it is quoted', (value, broken) => {
    const rendered = renderTemplate(template('#TITLE#|#COMMENT#'), { TITLE: value, COMMENT: value });
    expect([rendered.subject, rendered.text]).toEqual([`${broken}|${broken}`, `${broken}|${broken}`]);
    const { instruction, errors } = readInstruction(rendered.text, defaultReadOptions);
    expect([instruction.variables, errors]).toEqual([{}, []]);
  });

  it('leaves our own links as they are', () => {
    const { text } = renderTemplate(template('#ACCEPT_URL#'), { ACCEPT_URL: 'mailto:a@b.de?body=@CHOICE@%3D' });
    expect(text).toBe('mailto:a@b.de?body=@CHOICE@%3D');
  });
});

describe('the shipped templates', () => {
  const all = templateNames.flatMap((name) => languages.map((language) => ({ name, language })));

  it.each(all)('$name ($language) know all their tags', ({ name, language }) => {
    expect(unknownTags(shippedTemplate(name, language))).toEqual([]);
  });

  it.each(all)('$name ($language) offer the same links in text and HTML', ({ name, language }) => {
    const { text, html } = shippedTemplate(name, language);
    const links = (part: string) => [...part.matchAll(/#[A-Z]+_URL#/g)].map(([tag]) => tag);
    expect(links(html)).toEqual(links(text));
    if (/approval|(?:choice|solution)_confirmation/.test(name)) expect(links(text).length).toBeGreaterThanOrEqual(2);
  });
});

describe('the links of a shipped mail', () => {
  it.each(languages)('are buttons that are told apart by mark and colour, as mailto links (%s)', (language) => {
    const { html } = renderTemplate(shippedTemplate('approval_request', language), {
      ACCEPT_URL: 'mailto:a@b?subject=1',
      REFUSE_URL: 'mailto:a@b?subject=0',
      ASK_URL: 'mailto:a@b?subject=2',
    });
    const links = [...html.matchAll(/<a ([^>]*)>([^<]*)<\/a>/g)].map(([, attributes = '', words = '']) => ({
      href: /href="([^"]*)"/.exec(attributes)?.[1],
      background: /background:([^;"]*)/.exec(attributes)?.[1],
      mark: words.slice(0, 1),
    }));
    expect(links).toEqual([
      { href: 'mailto:a@b?subject=1', background: '#17663a', mark: '✓' },
      { href: 'mailto:a@b?subject=0', background: '#b42318', mark: '✕' },
      { href: 'mailto:a@b?subject=2', background: undefined, mark: expect.any(String) as unknown },
    ]);
  });

  it.each(languages)('an approval says what silence means (%s)', (language) => {
    for (const name of ['approval_request', 'approval_reminder', 'approval_escalation', 'approval_again'] as const)
      expect(shippedTemplate(name, language).text).toContain('#SILENCE#');
  });
});
