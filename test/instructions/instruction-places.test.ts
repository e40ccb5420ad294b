import { otherTexts } from '../../src/instructions/other-texts.ts';
import { describe, expect, it } from 'vitest';
import { instructionPlaces } from '../../src/instructions/instruction-places.ts';
import { maxTextLength } from '../../src/instructions/text/limits.ts';

/** What stands at the places, cut out of the text. */
const marked = (text: string, acceptCurlyQuotes = false): string[] => {
  const lines = text.split(/\r\n|\n/);
  const offset = ({ line, column }: { line: number; column: number }): number =>
    lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
  const joined = lines.join('\n');
  return instructionPlaces(text, { acceptCurlyQuotes }).map(({ from, to }) => joined.slice(offset(from), offset(to)));
};

describe('the places of instructions', () => {
  it.each([
    ['on one line', "Hello @ASSET@='P1' and @URGENCY@='1'.", ["@ASSET@='P1'", "@URGENCY@='1'"]],
    ['with a value over lines', "@COMMENT@='one\r\ntwo'\r\nend", ["@COMMENT@='one\ntwo'"]],
    ['with fields', '@FIELDS_TO_UPDATE@={COMMENT=x}{E_ROOM=7}', ['@FIELDS_TO_UPDATE@={COMMENT=x}{E_ROOM=7}']],
    ['percent-encoded', 'see %40ASSET%40%3D%27P1%27 there', ['%40ASSET%40%3D%27P1%27']],
    ['but none of a quoted mail', "Yes.\n> @ASSET@='P1'", []],
    ['but none without quotes', '@ASSET@=P1', []],
  ])('are those read %s', (_name, text, expected) => {
    expect(marked(text)).toEqual(expected);
  });

  it('follow the switch for curly quotes, and are none in a text too long to read', () => {
    expect(marked('@ASSET@=‘P1’', true)).toEqual(['@ASSET@=‘P1’']);
    expect(marked('@ASSET@=‘P1’')).toEqual([]);
    expect(instructionPlaces(`@ASSET@='P1'${' '.repeat(maxTextLength)}`, { acceptCurlyQuotes: false })).toEqual([]);
  });
});

describe('lines that were taken for other mails', () => {
  it('are told with the reason', () => {
    const text = "Yes.\n\n-----Original Message-----\n@ASSET@='P1'\n> old";
    expect(otherTexts(text, null)).toEqual([{ from: 3, to: 5, because: 'they stand below words between dashes' }]);
    expect(otherTexts('ok\n> a\n> b\nyes', null)).toEqual([{ from: 2, to: 3, because: 'they begin with >' }]);
    expect(otherTexts('ok', null)).toEqual([]);
  });
});
