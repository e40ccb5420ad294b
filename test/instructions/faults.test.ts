import { describe, expect, it } from 'vitest';
import { errors, read, understood, warnings } from './reading.ts';

describe('a wrong quote', () => {
  it.each(['‘', '’', '“', '”', '"', '´', '`', '«'])(
    '%s before a value is named with its place and the remedy',
    (quote) => {
      const [error] = read(`Hello\nplease @ASSET@=${quote}P1${quote}`).errors;
      expect(error).toMatchObject({
        code: 'wrong_quote',
        reason: 'malformed_instruction',
        line: 2,
        column: 16,
        variable: 'ASSET',
      });
      const codePoint = quote.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      expect(error?.message).toContain(`${quote} (U+${codePoint})`);
      expect(error?.message).toContain("@ASSET@='…'");
    },
  );

  it.each([
    ["@CHOICE@='1’\n@OPERATION@='SOLVE'", ['wrong_quote 1:12 CHOICE']],
    ["@CHOICE@='1´ thanks, it's fine", ['wrong_quote 1:12 CHOICE']],
    ["@OPERATION@='STOP”\nThe users' dog", ['wrong_quote 1:18 OPERATION']],
    ["@TITLE@='Printer’ \n@CI@='x'", ['wrong_quote 1:17 TITLE']],
  ])('after a value is named: %j', (mail, expected) => {
    expect(errors(mail)).toEqual(expected);
  });

  it('within a value is text', () => {
    expect(understood("@COMMENT@='l’imprimante “Léa”'")).toEqual({ comment: 'l’imprimante “Léa”' });
    expect(understood("@TITLE@='he said “hi”\nand left'")).toEqual({ title: 'he said “hi” and left' });
  });

  it('counts as an apostrophe where the mailbox accepts it', () => {
    const mail = '@OPERATION@=‘SOLVE’\n@CHOICE@=\'1’\n@COMMENT@=“it\'s ‘fine’”\n@REASON@="x"\n@SOLUTION@=´l’eau´';
    expect(understood(mail, { acceptCurlyQuotes: true })).toEqual({
      operation: 'SOLVE',
      choice: '1',
      comment: "it's ‘fine’",
      solution: 'l’eau',
    });
    expect(errors(mail, { acceptCurlyQuotes: true })).toEqual([]);
  });
});

describe('a malformed variable', () => {
  it.each([
    ["@RFC_NUMBER@)='100622_000027'", ['stray_sign 1:1 RFC_NUMBER']],
    ["@CHOICE@:'1'", ['stray_sign 1:1 CHOICE']],
    ["@CHOICE@ := '1'", ['stray_sign 1:1 CHOICE']],
    ['@RFC_NUMBER@=S160824_000001', ['missing_quotes 1:1 RFC_NUMBER']],
    ['@DATE@=', ['missing_quotes 1:1 DATE']],
    ["@ASSET@='P04319\n@URGENCY@='1'", ['unterminated_value 1:1 ASSET']],
    ["@COMMENT@='l'imprimante ne marche pas", ['unterminated_value 1:1 COMMENT']],
    ["@OPERATION@='SOLVE'\n@CHOICE='0'", ['missing_at_sign 2:1 CHOICE']],
    ["@OPERATION@='SOLVE' @CHOICE='0'", ['missing_at_sign 1:21 CHOICE']],
  ])('is an error: %j', (mail, expected) => {
    expect(errors(mail)).toEqual(expected);
    expect(read(mail).errors.map(({ reason }) => reason)).toEqual(['malformed_instruction']);
  });

  it('tells what to write', () => {
    expect(read("@RFC_NUMBER@)='I1'").errors[0]?.message).toBe(
      'Between @RFC_NUMBER@ and its value stands ")". Write @RFC_NUMBER@=\'…\'',
    );
  });

  it('does not hide the ones after it', () => {
    expect(understood("@ASSET@='P1\n@URGENCY@='1'")).toEqual({ urgency: 1 });
  });

  it('without its second @ is text in a mail without instructions', () => {
    expect(errors("DECLARE @DATE='2020-01-01'")).toEqual([]);
    expect(warnings("DECLARE @DATE='2020-01-01'")).toEqual(['missing_at_sign 1:9 DATE']);
  });
});

describe('several errors', () => {
  it('come in order of their place', () => {
    expect(errors("@URGENCY@='9'\n@ASSET@=P1\n@IMPACT@='8' @CI@=“x”")).toEqual([
      'invalid_value 1:1 URGENCY',
      'missing_quotes 2:1 ASSET',
      'invalid_value 3:1 IMPACT',
      'wrong_quote 3:19 CI',
    ]);
  });
});

describe('a variable of another operation', () => {
  it.each(["@CHOICE@='1'", "@CHOICE@='1' @OPERATION@='UPDATE'"])('is an error when it is a choice: %s', (mail) => {
    expect(errors(mail)).toEqual(['choice_without_solve 1:1 CHOICE']);
  });

  it('says nothing more of a choice whose operation is an error itself', () => {
    expect(errors("@CHOICE@='1' @OPERATION@='SOLV'")).toEqual(['invalid_value 1:14 OPERATION']);
    expect(errors("@CHOICE@='1' @OPERATION@=SOLVE")).toEqual(['missing_quotes 1:14 OPERATION']);
  });

  it('is left aside with a warning', () => {
    const mail = "@OPERATION@='STOP' @REASON@='holidays' @SOLUTION@='none' @END_DATE@='2022-01-01'";
    expect(understood(mail)).toEqual({ operation: 'STOP', reason: 'holidays' });
    expect(warnings(mail)).toEqual([
      'variable_without_operation 1:40 SOLUTION',
      'variable_without_operation 1:58 END_DATE',
    ]);
  });
});

describe('signs and letters that look like others', () => {
  it.each([
    ["＠ASSET＠='P1'", 'look_alike 1:1 ASSET'],
    ["@ASSET@＝'P1'", 'look_alike 1:1 ASSET'],
    ["﹫ASSET﹫﹦'P1'", 'look_alike 1:1 ASSET'],
    ['＠ＲＦＣ＿ＮＵＭＢＥＲ＠＝＇I1＇', 'look_alike 1:1 RFC_NUMBER'],
    ["@ОPERATION@='STOP'", 'look_alike 1:1 OPERATION'],
    ["@URGÉNCY@='1'", 'look_alike 1:1 URGENCY'],
    ["@υrgency@ = '1'", 'look_alike 1:1 URGENCY'],
  ])('in %s are an error with its remedy', (mail, expected) => {
    expect(errors(mail)).toEqual([expected]);
    expect(read(mail).errors[0]?.message).toContain("='…'");
    expect(understood(mail)).toEqual({});
  });

  it('of an unknown name are a warning', () => {
    expect(warnings("@ΔΟΚΙΜΗ@='x'")).toEqual(['unknown_variable 1:1 ΔΟΚΙΜΗ']);
  });

  it.each(['＠home', 'mail a＠b.jp', '価格＠＝5'])('in %s are text', (mail) => {
    expect([errors(mail), warnings(mail)]).toEqual([[], []]);
  });
});

describe('characters that show nothing', () => {
  it.each([
    '\u200E',
    '\u2069',
    '\u034F',
    '\uFE0F',
    '\u{E0020}',
    '\uFFFA',
    '\u3164',
    '\u2800',
    '\u3000',
    '\u1680',
    '\u2008',
    '\u00A0',
  ])('%j is nothing or a blank around names and values', (sign) => {
    expect(understood(`${sign}@${sign}URGENCY${sign}@${sign}=${sign}'${sign}1${sign}'${sign}`)).toEqual({ urgency: 1 });
  });

  it('stay in long texts and within emoji and words', () => {
    expect(understood("@TITLE@='\u{1F468}\u200D\u{1F527} می\u200Cخواهم P04\u00AD319\u200E'").title).toBe(
      '\u{1F468}\u200D\u{1F527} می\u200Cخواهم P04319',
    );
    expect(understood("@COMMENT@='a\u200Eb'").comment).toBe('a\u200Eb');
  });
});

it('a link that a mail program put behind a value does not belong to it', () => {
  expect(understood("@REQUESTOR@='a@b.de'<mailto:'a@b.de'> @URGENCY@='1'")).toEqual({
    requestor: 'a@b.de',
    urgency: 1,
  });
});
