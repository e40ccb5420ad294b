import { describe, expect, it } from 'vitest';
import { readMessageFixture } from '../../support/mime.ts';

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
  ])('of %s is what its sender wrote', async (name, text) => {
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
