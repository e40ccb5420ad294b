import { describe, expect, it } from 'vitest';
import { mail, read, readMessageFixture } from '../../support/mime.ts';

describe('the text of a mail', () => {
  it.each([
    [
      'page-example',
      "The application does not start: see the attached file.\nRecipient / Requesting person : fleblanc@aef.com\n@ASSET@='P04319' @CODE_CATALOG@='Smartphone' @DATE@='02/07/2022' @URGENCY@='1'",
    ],
    ['alternative', 'the plain form'],
    ['alternative-with-blank-plain-part', 'the HTML form'],
    ['html-with-plain-footer', "@ASSET@='P04319'\nThis mail was checked for viruses."],
    ['attached-log-inline', 'The log is below.'],
    ['attached-message', 'See attached.'],
    ['curly-quotes-html', '@ASSET@=‘P04319’'],
    ['curly-quotes-plain', '@ASSET@=‘P04319’'],
    ['no-break-spaces', "@ASSET@ = 'P 04319' @URGENCY@='1'"],
    ['quoted-printable-soft-breaks', "@ASSET@='P04319' @COMMENT@='café'"],
    [
      'format-flowed',
      "@COMMENT@='a value that is wrapped over two lines' and stays one\n> quoted text that is wrapped stays quoted\n-- \nFrank",
    ],
    ['format-flowed-delsp', "@ASSET@='P04319'"],
    ['koi8-r', "@COMMENT@='Принтер сломан'"],
    ['gb2312', "@COMMENT@='打印机坏了'"],
    ['iso-2022-jp', "@COMMENT@='プリンタが壊れた'"],
    ['wrong-charset', "@COMMENT@='déjà cassé'"],
    ['unknown-charset', "@COMMENT@='déjà cassé'"],
    ['no-charset', "@COMMENT@='déjà cassé'"],
    ['utf-7', "+AEA-CHOICE+AEA='1'"],
    ['bare-minimum', 'no date, no subject, no Message-ID'],
  ])('I02: of %s is what its sender wrote', async (name, text) => {
    expect((await readMessageFixture(name)).text.trimEnd()).toBe(text);
  });

  it.each([
    ['koi8-r', 'Принтер'],
    ['gb2312', '打印机'],
    ['iso-2022-jp', 'プリンタ'],
  ])('has the subject of %s decoded', async (name, subject) => {
    expect((await readMessageFixture(name)).subject).toBe(subject);
  });
});

describe('of a plain part and an HTML part', () => {
  const both = (plain: string, html: string): Buffer =>
    mail(
      ['Content-Type: multipart/alternative; boundary=b'],
      `--b\nContent-Type: text/plain\n\n${plain}\n--b\nContent-Type: text/html\n\n${html}\n--b--`,
    );
  const order = "<p>@URGENCY@='1'</p>";

  it.each([
    ['a stub that orders nothing beside HTML that does', 'This mail is HTML.', order, 'html'],
    ['the name of a picture', '[cid:logo]', `<img src="cid:logo">${order}`, 'html'],
    ['a stub beside a long text', 'See HTML.', `<p>${'The printer is dead. '.repeat(10)}</p>`, 'html'],
    ['an order of its own', "@URGENCY@='2'", order, 'plain'],
    ['as much as the HTML says', 'The printer is dead.', '<p>The printer is dead.</p>', 'plain'],
    ['words beside HTML that is hidden', 'The printer is dead.', `<div style="display:none">${order}</div>`, 'plain'],
  ])('N4: the plain one that says %s', async (_, plain, html, which) => {
    const { text } = (await read(both(plain, html))).message;
    expect(text.trim() === plain ? 'plain' : 'html').toBe(which);
  });
});

describe('pictures in the HTML itself', () => {
  const withHtml = (html: string): Buffer => mail(['Content-Type: text/html'], html);
  const picture = `data:image/png;base64,${Buffer.from('picture').toString('base64')}`;

  it.each([
    ['an image', `<img src="${picture}">hello`],
    ['the same twice', `<img src="${picture}"><img src='${picture}'>hello`],
    ['a background', `<p style="background:url(${picture})">hello</p>`],
  ])('N6: are documents: %s', async (_, html) => {
    const { message } = await read(withHtml(html));
    expect(message.attachments).toMatchObject([
      { name: 'inline-1.png', contentType: 'image/png', size: 7, inline: true },
    ]);
    expect(message.text.trim()).toBe('hello');
  });

  it.each([
    ['pictures', `<img src="data:image/png;base64,${'A'.repeat(3_000_000)}">hello`],
    ['drawings', `<svg>${'<path d="M0 0"/>'.repeat(180_000)}</svg>hello`],
    ['links', `<a href="https://a.test/${'x'.repeat(3_000_000)}">hello</a>`],
  ])('N6: count not as text, nor do %s', async (_, html) => {
    expect((await read(withHtml(html))).message.text.trim()).toBe('hello');
  });
});
