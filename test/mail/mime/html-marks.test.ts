import { describe, expect, it } from 'vitest';
import { readInstruction, defaultReadOptions } from '../../../src/instructions/read-instruction.ts';
import { mail, read } from '../../support/mime.ts';

const order = "@OPERATION@='SOLVE' @RFC_NUMBER@='S160824_000001' @CHOICE@='1'";
const withBoth = (plain: string, html: string) =>
  mail(
    ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=b'],
    [
      ...['--b', 'Content-Type: text/plain; charset=utf-8', '', plain],
      ...['--b', 'Content-Type: text/html; charset=utf-8', '', html, '--b--', ''],
    ].join('\n'),
  );
const understood = async (plain: string, html: string) => {
  const { message } = await read(withBoth(plain, html));
  return readInstruction(message.text, defaultReadOptions).instruction.operation;
};

describe('S-05: the marks of the HTML part, in the plain one', () => {
  it.each([
    [
      'a quotation',
      `Mitä tämä on?\n\nVille kirjoitti\n${order}`,
      `Mitä tämä on?<blockquote type="cite">${order}</blockquote>`,
    ],
    [
      'a quotation, wrapped',
      `?\n\n@OPERATION@='SOLVE'\n@RFC_NUMBER@='S160824_000001'\n@CHOICE@='1'`,
      `?<div class="gmail_quote"><div class="gmail_attr">x</div>${order}</div>`,
    ],
    [
      'a quotation, in bold',
      `?\n*@OPERATION@='SOLVE' @RFC_NUMBER@='S160824_000001'*`,
      `?<blockquote><b>${order}</b></blockquote>`,
    ],
    ['white on white', `?\n${order}`, `?<p style="color:#fff">${order}</p>`],
    ['white on white within a line', `? ${order}`, `? <span style="color:white">${order}</span>`],
    ['one variable of the line', `Hi @ASSET@='P1' ${order}`, `Hi @ASSET@='P1' <span style="opacity:0">${order}</span>`],
    ['what is not displayed', `?\n${order}`, `?<div style="display:none">${order}</div>`],
    ['below the head of Outlook', `?\n${order}`, `?<div id="divRplyFwdMsg">Fra: Ola</div><p>${order}</p>`],
  ])('quote %s', async (_name, plain, html) => {
    expect(await understood(plain, html)).toBeNull();
  });

  it.each([
    ['what both say', order, `<p>${order}</p>`],
    [
      'what is said above the quotation, too',
      `${order}\n\nx\n${order}`,
      `<p>${order}</p><blockquote>${order}</blockquote>`,
    ],
    ['what the HTML does not say', order, '<p>See the plain part.</p><blockquote>Old</blockquote>'],
    [
      'what is wrapped otherwise',
      order.replaceAll(' ', '\n'),
      `<p><span>@OPERATION@=</span>'SOLVE' @RFC_NUMBER@='S160824_000001'</p><blockquote>x</blockquote>`,
    ],
  ])('leave %s', async (_name, plain, html) => {
    expect(await understood(plain, html)).toBe('SOLVE');
  });
});
