import { describe, expect, it } from 'vitest';
import { defaultReadOptions, readInstruction } from '../../../src/instructions/read-instruction.ts';
import { htmlToText } from '../../../src/mail/mime/html/html-text.ts';
import { NotReadable } from '../../../src/mail/mime/parts/mime-limits.ts';

const order = "@URGENCY@='1'";
const ordered = (html: string) => readInstruction(htmlToText(html), defaultReadOptions).instruction.urgency;

describe('S-05: HTML text that a reader may not see orders nothing', () => {
  it.each([
    `<style>.h{display:none}</style><p class="h">${order}</p>`,
    `<style>p.h span{color:#fff}</style><p class="h"><span>${order}</span></p>`,
    `<p style="color:#fff">${order}</p>`,
    `<font color="white">${order}</font>`,
    `<table bgcolor="#000000"><tr><td>${order}</td></tr></table>`,
    `<p style="font-size:1px">${order}</p>`,
    `<div style="font-size:50%"><div style="font-size:50%">${order}</div></div>`,
    `<div style="height:0;overflow:hidden">${order}</div>`,
    `<p style="opacity:.0">${order}</p>`,
    `<p style="opacity:1%">${order}</p>`,
    `<div style="opacity:.6"><div style="opacity:.6">${order}</div></div>`,
    `<style>.y{.x{display:none}}</style><div class="y"><p class="x">${order}</p></div>`,
    `<style>.y{& .x{color:#fff}}</style><div class="y"><p class="x">${order}</p></div>`,
    `<style>.y{&.x{display:none}}</style><p class="y x">${order}</p>`,
    `<style>.y{@media screen{display:none}}</style><p class="y">${order}</p>`,
    `<style>@media (prefers-color-scheme: light){p{color:#fff}}</style><p>${order}</p>`,
    `<style>@font-face{font-family:Blank;src:url(x.woff)}</style><p style="font-family:Arial,blank">${order}</p>`,
    `<style>@font-face{font-family:"b x";src:url(x.woff)}</style><p style="font:16px 'b x'">${order}</p>`,
    `${'<small>'.repeat(12)}${order}`,
    `<p style="letter-spacing:-1em">${order}</p>`,
    `<p style="font-size-adjust:0">${order}</p>`,
    `<p style="vertical-align:-9999px">${order}</p>`,
    `<p style="padding-left:9999px">${order}</p>`,
    `<p style="border-left:9999px solid #fff">${order}</p>`,
    `<p style="unicode-bidi:bidi-override;direction:rtl">${order}</p>`,
    `<p style="mso-font-width:1%">${order}</p>`,
    `<p style="mso-ansi-font-size:1pt">${order}</p>`,
    `<p style="mso-text-raise:-999pt">${order}</p>`,
    `<p style="color:hsl(0 0% 100% / 1)">${order}</p>`,
    `<p style="color:color-mix(in srgb, white, white)">${order}</p>`,
    `<p style="color:light-dark(#fff,#000)">${order}</p>`,
    `<p style="--a:0;opacity:var(--a)">${order}</p>`,
    `<p style="font-size:calc(1px*0)">${order}</p>`,
    `<p style="text-indent:-9999px">${order}</p>`,
    `<p style="position:absolute;left:-999px">${order}</p>`,
    `<p style="margin-left:-9999px">${order}</p>`,
    `<p style="d\\69splay:none">${order}</p>`,
    `<p style="transform:scale(0)">${order}</p>`,
    `<p style="clip-path:inset(100%)">${order}</p>`,
    `<p aria-hidden="true">${order}</p>`,
    `<details>${order}</details>`,
    `<dialog>${order}</dialog>`,
    `<textarea>${order}</textarea>`,
    `<select><option>${order}</select>`,
    `<canvas>${order}</canvas>`,
    `<noframes>${order}</noframes>`,
    `<p>@<span style="color:#ffffff">URGENCY</span>@='1'</p>`,
    `<style>p{color:red</style><style>}}}</style><p style="color:rgba(0,0,0,0)">${order}</p>`,
  ])('%s', (html) => {
    expect(ordered(`<p>seen</p>${html}`)).toBeNull();
  });
});

describe('HTML text as mail programs write it orders as ever', () => {
  const outlook = `<style><!-- @font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}
    p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; margin-bottom:.0001pt; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}
    a:link, span.MsoHyperlink {mso-style-priority:99; color:#0563C1; text-decoration:underline;}
    span.EmailStyle17 {mso-style-type:personal-compose; color:windowtext;} .MsoChpDefault {mso-style-type:export-only;}
    @page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt 70.85pt 2.0cm 70.85pt;} div.WordSection1 {page:WordSection1;} --></style>`;

  it.each([
    [
      'Outlook',
      `<html><head>${outlook}</head><body lang="DE" link="#0563C1" vlink="#954F72" style='word-wrap:break-word'><div class="WordSection1"><p class="MsoNormal"><span style='font-size:11.0pt;color:#1F497D;mso-fareast-language:DE'>${order}<o:p></o:p></span></p></div></body></html>`,
    ],
    [
      'Outlook on the web',
      `<div class="elementToProof" style="font-family:Aptos,Calibri,sans-serif;font-size:12pt;color:rgb(0,0,0)">${order}</div>`,
    ],
    [
      'Gmail',
      `<div dir="ltr"><div class="gmail_default" style="font-family:arial,sans-serif;font-size:small;color:#222222">${order}</div></div>`,
    ],
    [
      'Apple Mail',
      `<html><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;"><div>${order}</div></body></html>`,
    ],
    [
      'Thunderbird',
      `<body text="#000000" bgcolor="#FFFFFF"><p><font face="Helvetica" size="-1">${order}</font></p></body>`,
    ],
    [
      'a web form',
      `<body style="background:#f4f4f4"><table width="600" style="width:600px;border-collapse:collapse;background-color:#ffffff"><tr><td style="padding:8px;color:#333;line-height:1.5">${order}</td></tr></table></body>`,
    ],
    [
      'a page for dark mode',
      `<style>@media (prefers-color-scheme: dark) { body { background:#000; color:#fff } }</style><p>${order}</p>`,
    ],
  ])('%s', (_program, html) => {
    expect(ordered(html)).toBe(1);
  });
});

it('many rules for many elements are not computed to the end: the text is in doubt', () => {
  const rules = Array.from(
    { length: 1500 },
    (_rule, index) => `p.a${index % 2 === 0 ? '' : ' '}{margin-left:${index % 9}px}`,
  ).join('');
  expect(ordered(`<style>${rules}</style>${'<p class="a">x</p>'.repeat(2000)}<p class="a">${order}</p>`)).toBeNull();
});

describe('C-15: what is hidden is told by the tree that a browser makes', () => {
  it.each([
    // Left open by the end of a paragraph, a font goes on in the next one.
    `<p><font color="white">a</p><p>${order}</p>`,
    // The end of an inline element does not end a block within it.
    `<span hidden><div>a</span>${order}</div>`,
    `<span style="display:none"><div>a</span>${order}`,
    // A paragraph in a button, a cell in a table of its own.
    `<div hidden><table><tr><td>a</div>${order}`,
    `<div hidden><svg><desc></div></desc>${order}</svg>`,
    `<svg><title><p>${order}</p></title></svg>`,
    `<svg><style>${order}</style></svg>`,
    `<style/><p>${order}</p></style>`,
    `<script/>${order}</script>`,
    `<textarea></div>${order}</textarea>`,
    `<xmp hidden>${order}</xmp>`,
    `<iframe><p>${order}</p></iframe>`,
    `<noembed><p>${order}</p></noembed>`,
    `<noframes><p>${order}</p></noframes>`,
    `<template><div>${order}</div></template>`,
    `<!--><p>a</p>--!><!-- ${order} -->`,
    `<select><div>${order}</div></select>`,
  ])('hidden: %s', (html) => {
    expect(ordered(`seen${html}`)).toBeNull();
  });

  it('hidden as a whole by a body element that stands at the end', () => {
    expect(() => htmlToText(`${order}<body hidden>`)).toThrow(NotReadable);
  });

  it.each([
    `<svg><p>${order}</p>`,
    `<svg><g></p>${order}`,
    `<svg><style><p>${order}</p></style></svg>`,
    `<math><div>${order}</div>`,
    // What stands in a table and in no cell of it is shown before it.
    `<table hidden>${order}<tr><td>a</table>`,
    `<p hidden>a<div>${order}</div>`,
    `<ul><li hidden>a<li>${order}</ul>`,
    `<b><i hidden>a</b></i>${order}`,
    `<td hidden>${order}</td>`,
    `<form><form hidden>${order}</form>`,
  ])('shown: %s', (html) => {
    expect(ordered(html)).toBe(1);
  });
});
