import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../../src/mail/mime/html/html-text.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';
import { readFixture } from '../../support/fixtures.ts';
import { readMessageFixture } from '../../support/mime.ts';

describe('HTML as text', () => {
  it('keeps lines, spaces and quotes, and puts no line break into a value', async () => {
    const { text } = await readMessageFixture('html-elements');
    expect(text).toBe(
      [
        'Printer',
        '',
        'First line',
        'second line & more',
        '',
        "@COMMENT@='l'imprimante' a very long line that goes on and on and on beyond the eighty columns of old, to the end",
        '',
        "@ASSET@='P04319'",
        "@URGENCY@='1'",
        '- one',
        '- two',
        '',
        'a  b',
        '  c',
        '',
        'See the page.',
      ].join('\n'),
    );
  });

  it.each([
    ['approval-quoted-in-html'],
    ['approval-quoted-by-outlook'],
    ['approval-quoted-by-outlook-web'],
    ['approval-quoted-by-gmail'],
  ])('has nothing of the links in %s', async (name) => {
    const { text } = await readMessageFixture(name);
    expect(text).toContain('Accept');
    expect(text).not.toContain('@CHOICE@');
    expect(text).not.toContain('mailto:');
  });

  it('marks quoted text line by line', async () => {
    const { text } = await readMessageFixture('approval-quoted-in-html');
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('> '))).toEqual([
      'I am away until Monday.',
    ]);
  });

  it('marks what Gmail quotes, and nothing behind it', async () => {
    const { text } = await readMessageFixture('approval-quoted-by-gmail');
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('> '))).toEqual([
      'Fine with me.',
      'Frank',
    ]);
  });

  it.each([['approval-quoted-by-outlook'], ['approval-quoted-by-outlook-web']])(
    'puts a line before what Outlook quotes in %s',
    async (name) => {
      const { text } = await readMessageFixture(name);
      const [own = '', quoted = ''] = text.split('-----Original Message-----\n');
      expect(own).toContain('Fine with me.');
      expect(quoted).toContain('Accept');
      expect(quoted.startsWith('From: support@aef.com\nSent:')).toBe(true);
    },
  );

  it.each([
    ['<div style="padding:3pt 0cm 0cm;border-top:1pt solid rgb(225,225,225)"><b>Fra:</b> x</div><p>@A@</p>'],
    ['<div id="x_x_divRplyFwdMsg">x</div><p>@A@</p>'],
    ['<div id="mail-editor-reference-message-container">@A@</div>'],
    ['<div class="x_ydpa1b2yahoo_quoted">@A@</div>'],
    ['<div class="moz-forward-container">@A@</div>'],
    ['<div name="quote">@A@</div>'],
    ['<blockquote>@A@</blockquote>'],
    ['<blockquote style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">@A@</blockquote>'],
    ['<blockquote type="cite" style="margin:0 0 0 40px;border:none">@A@</blockquote>'],
    ['<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded</div>@A@</div>'],
  ])('marks what is quoted in %s', (html) => {
    const lines = htmlToText(`<p>own</p>${html}`).trim().split('\n');
    const divider = lines.indexOf('-----Original Message-----');
    expect(
      lines.findIndex((line) => line === '> @A@') !== -1 || (divider !== -1 && divider < lines.indexOf('@A@')),
    ).toBe(true);
  });

  it.each([
    ['<blockquote style="margin:0 0 0 40px; border:none; padding:0px">@A@</blockquote>'],
    ['<blockquote style="margin-left:36.0pt;margin-right:0cm">@A@</blockquote>'],
    [
      '<div class="gmail_quote"><div class="gmail_attr">On x</div><blockquote class="gmail_quote">y</blockquote>@A@</div>',
    ],
  ])('takes for own text what is only an indent, and an answer between quotations: %s', (html) => {
    expect(htmlToText(html).split('\n')).toContain('@A@');
  });

  it('leaves out what is hidden, wherever it stands', async () => {
    expect((await readMessageFixture('hidden-text')).text.trim()).toBe("@CHOICE@='1'");
  });

  it.each([
    ['<p style="font-size:0.9em">x</p>'],
    ['<p style="font-size:08pt">x</p>'],
    ['<p style="opacity:0.5">x</p>'],
    ['<p style="max-height:10px;overflow:hidden">x</p>'],
    ['<p style="-x-display:none">x</p>'],
    ['x<div style="display:none">y'],
    ['<title>y</title>x'],
    ['<html>x<body></body></html>'],
  ])('shows what is shown in %s', (html) => {
    expect(htmlToText(html).trim()).toBe('x');
  });

  it.each([
    ['<p style="display/**/:/* y */none">x</p>z'],
    ["<p style='DISPLAY : NONE'>x</p>z"],
    ['<p hidden="">x</p>z'],
  ])('hides what is hidden in %s', (html) => {
    expect(htmlToText(html).trim()).toBe('z');
  });

  it('is refused when none of its text is shown: instructions do not vanish without a word', async () => {
    const reading = await parseMime(await readFixture('hidden-as-a-whole'), defaultMimeLimits);
    expect(reading).toMatchObject({ ok: false, reason: 'unreadable', subject: 'Nothing to see' });
  });

  it.each([['<img src="cid:x">'], ['<p> &nbsp; </p>'], ['<style>p { color: red }</style>'], ['']])(
    'is empty, and that is in order, for %s',
    (html) => {
      expect(htmlToText(html).trim()).toBe('');
    },
  );

  it.each([
    ['<div>'],
    ['<b>'],
    ['<blockquote>'],
    ['<font color="red">'],
    ['<ul><li>'],
    ['<table><tr><td>'],
    ['<span>'],
  ])('N6: reads the text below 3000 of %s that nobody closed', (tag) => {
    const lines = htmlToText(`<p>first</p>${tag.repeat(3000)}last`).split('\n');
    expect(lines[0]).toBe('first');
    expect(lines.at(-1)?.replace(/^(?:[>-] )+/u, '')).toBe('last');
  });

  it.each([
    ['<div>'],
    ['<i a=%>'],
    ['<p><b a=%>'],
    ['<table>x'],
    ['<b><div>'],
    ['</p>'],
    ['<svg>'],
    ['<select>'],
    ['<template>'],
  ])('N6: gives the text of 100 000 of %s in linear time, and in doubt where no tree was made', (tag) => {
    let number = 0;
    const markup = tag.repeat(100_000).replaceAll('%', () => String((number += 1)));
    expect(htmlToText(`first${markup}last`)).toMatch(/^(?:> )?first/u);
  });

  it('takes unclosed cells and paragraphs for what they are: no nesting', () => {
    expect(htmlToText(`<table><tr>${'<td>x'.repeat(1000)}</table>${'<p>y'.repeat(1000)}`)).toContain('y');
  });
});
