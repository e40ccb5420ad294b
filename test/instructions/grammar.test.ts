import { describe, expect, it } from 'vitest';
import type { Instruction } from '../../src/domain/messages/instruction.ts';
import { errors, read, understood, warnings } from './reading.ts';

type Case = readonly [fact: string, mail: string, expected: Partial<Instruction>];

const reads = (cases: readonly Case[]): void => {
  it.each(cases)('%s', (_fact, mail, expected) => {
    expect(understood(mail)).toEqual(expected);
    expect(errors(mail)).toEqual([]);
  });
};

describe('a variable', () => {
  reads([
    [
      'stands in a sentence',
      "The incident @RFC_NUMBER@='100622_000027' has been updated.",
      { rfcNumber: '100622_000027' },
    ],
    [
      'stands in a sentence with an apostrophe after it',
      "Incident @RFC_NUMBER@='I1' hasn't moved.",
      { rfcNumber: 'I1' },
    ],
    [
      'stands against other text',
      "Incident(@RFC_NUMBER@='I1')and @CI@='x'",
      { rfcNumber: 'I1', configurationItem: 'x' },
    ],
    ['has its name in any case', "@rfc_Number@='s160824_000001'", { rfcNumber: 'S160824_000001' }],
    ['is plain text without a value', 'Event generated at @DATE@ by @CI@.\n@DATE@\n====', {}],
    [
      'stands after another on its line',
      "@ASSET@='P1'@CI@='C2' @TITLE@='t'",
      { asset: 'P1', configurationItem: 'C2', title: 't' },
    ],
    ['has spaces between its tokens', "@ASSET@ = 'P1'\n@ CI @\t=\t'C2'", { asset: 'P1', configurationItem: 'C2' }],
    [
      'has no-break spaces between its tokens',
      "@ASSET@\u00A0=\u00A0'P1'\u00A0@CI@='C2'",
      { asset: 'P1', configurationItem: 'C2' },
    ],
    ['has zero-width characters between its tokens', "\uFEFF@\u200BASSET@\u200B=\u2060'P1\u200B'", { asset: 'P1' }],
    ['has its value on the line after =', "@ASSET@=\n'P1'", { asset: 'P1' }],
    ['stands on a line that ends with CRLF', "@ASSET@='P1'\r\n@CI@='C2'\r\n", { asset: 'P1', configurationItem: 'C2' }],
    ['follows an address', "mail bob@aef.com@ASSET@='P1'", { asset: 'P1' }],
    ['counts as not given when it is empty', "@RFC_NUMBER@=''\n@ASSET@=' '", {}],
  ]);

  it('is a warning when nobody knows it', () => {
    expect(understood("@ASSET@='P1'\n@COLOUR@='red'")).toEqual({ asset: 'P1' });
    expect(warnings("@ASSET@='P1'\n@COLOUR@='red'")).toEqual(['unknown_variable 2:1 COLOUR']);
    expect(errors("@COLOUR@='red'")).toEqual([]);
  });

  it('is a warning when it is empty', () => {
    expect(warnings("@ASSET@=''")).toEqual(['empty_value 1:1 ASSET']);
  });

  it('is shown as it was written', () => {
    expect(read("@URGENCY@='High'\n@DATE@='02/07/2022'").instruction.variables).toEqual({
      URGENCY: 'High',
      DATE: '02/07/2022',
    });
  });

  it('has its token hidden wherever it is shown', () => {
    const { instruction, errors: faults } = read("@TOKEN@='s3cret'\n@TOKEN@='0ther'");
    expect(instruction.token).toBe('s3cret');
    expect(JSON.stringify([instruction.variables, faults])).not.toMatch(/s3cret|0ther/);
  });

  it('with one value may come twice', () => {
    expect(understood("@URGENCY@='1'\n@URGENCY@='high'\n@ASSET@='P1' @ASSET@='P1'")).toEqual({
      urgency: 1,
      asset: 'P1',
    });
    expect(errors("@URGENCY@='1'\n@URGENCY@='high'")).toEqual([]);
  });

  it('with two values is an error that names both', () => {
    const mail = "@CHOICE@='1' to accept\n@CHOICE@='0' to refuse\n@OPERATION@='SOLVE'";
    expect(errors(mail)).toEqual(['conflicting_variable 2:1 CHOICE']);
    expect(read(mail).errors[0]).toMatchObject({ reason: 'conflicting_variable' });
    expect(read(mail).errors[0]?.message).toContain('"1" (line 1, column 1) and "0"');
  });
});

describe('the closing quote', () => {
  reads([
    [
      'is not one of a parameter in SQL',
      "@COMMENT@='ran SET @DATE='2020', it failed' @CI@='x'",
      { comment: "ran SET @DATE='2020', it failed", configurationItem: 'x' },
    ],
    ['is the last one of the line', "@COMMENT@='l'imprimante'", { comment: "l'imprimante" }],
    [
      'is the last one before the next variable',
      "@COMMENT@='the users' PC' @ASSET@='P1'",
      { comment: "the users' PC", asset: 'P1' },
    ],
    ['closes an empty value', "@TITLE@='' @ASSET@='P1'", { asset: 'P1' }],
    [
      'is not an apostrophe within a word',
      "@CHOICE@='2' pour une demande d'information @OPERATION@='SOLVE'",
      { operation: 'SOLVE', choice: '2' },
    ],
    ['may touch the next word where the value can hold none', "Ticket @RFC_NUMBER@='I1'and more", { rfcNumber: 'I1' }],
    ['ends a later line', "@COMMENT@='the printer\non floor 3'\nThanks", { comment: 'the printer\non floor 3' }],
    [
      'stands before the next variable on a later line',
      "@COMMENT@='l'imprimante du\npremier' @ASSET@='P1'",
      { comment: "l'imprimante du\npremier", asset: 'P1' },
    ],
    [
      'is not an apostrophe in the middle of a later line',
      "@COMMENT@='one\nthe users' PC\nthree'",
      { comment: "one\nthe users' PC\nthree" },
    ],
    ['may have spaces after it', "@COMMENT@='one\ntwo' \u00A0\nThanks", { comment: 'one\ntwo' }],
  ]);
});

describe('a wrapped value', () => {
  reads([
    [
      'that is short has a space for the line break',
      "@TITLE@='the printer  \n  on floor 3'",
      { title: 'the printer on floor 3' },
    ],
    ['that is a date is read', "closed at @DATE@='21/10/2022\n14:30' sharp", { date: '2022-10-21T14:30:00.000Z' }],
    ['that is long keeps its lines', "@DESCRIPTION@='one  \n\n  two'", { description: 'one\n\n  two' }],
    [
      'between braces has a space for the line break',
      '@FIELDS_TO_UPDATE@={COMMENT=Internal\nProblem}',
      { comment: 'Internal Problem' },
    ],
  ]);

  it('that is short does not reach over a blank line', () => {
    expect(errors("@TITLE@='the printer\n\nis broken'")).toEqual(['unterminated_value 1:1 TITLE']);
  });

  it('does not reach into quoted text', () => {
    expect(errors("@COMMENT@='the printer\n> is broken'")).toEqual(['unterminated_value 1:1 COMMENT']);
  });
});

describe('FIELDS_TO_UPDATE', () => {
  reads([
    [
      'holds several fields',
      '@FIELDS_TO_UPDATE@={COMMENT=Internal Problem} {ASSET_TAG=ZS_010}',
      { comment: 'Internal Problem', asset: 'ZS_010' },
    ],
    [
      'holds fields on several lines',
      '@FIELDS_TO_UPDATE@={COMMENT=a}\n  {ASSET_TAG=b}\r\n{URGENCY=low}',
      { comment: 'a', asset: 'b', urgency: 3 },
    ],
    [
      'holds fields without space between',
      '@FIELDS_TO_UPDATE@={IMPACT=2}{CODE_CATALOG=Printer}',
      { impact: 2, category: 'Printer' },
    ],
    [
      'holds custom fields',
      '@FIELDS_TO_UPDATE@={e_room=12=b}{E_BUILDING={A} or {B}}',
      { customFields: { E_ROOM: '12=b', E_BUILDING: '{A} or {B}' } },
    ],
    [
      "F7: takes EasyVista's own example",
      '@FIELDS_TO_UPDATE@={comment=updated by mail} {ci=SRV_15-F} {asset=ZS_003}',
      { comment: 'updated by mail', configurationItem: 'SRV_15-F', asset: 'ZS_003' },
    ],
    [
      'F7: knows the columns of a request that are texts',
      '@FIELDS_TO_UPDATE@={DESCRIPTION=a}{TITLE=b}{ORIGIN=Phone}{PHONE=12}{EXTERNAL_REFERENCE=X}',
      { description: 'a', title: 'b', origin: 'Phone', phone: '12', externalReference: 'X' },
    ],
    ...['ASSET', 'ASSET_ID', 'ASSET_TAG', 'ASSET_NAME'].map(
      (column) => [`F7: means equipment by ${column}`, `@FIELDS_TO_UPDATE@={${column}=Z}`, { asset: 'Z' }] as const,
    ),
    ...['CI', 'CI_ID', 'CI_ASSET_TAG', 'CI_NAME'].map(
      (column) =>
        [`F7: means a CI by ${column}`, `@FIELDS_TO_UPDATE@={${column}=Z}`, { configurationItem: 'Z' }] as const,
    ),
    [
      'F7: keeps the fields that are free',
      '@FIELDS_TO_UPDATE@={available_field_1=a}{AVAILABLE_FIELD_6=b}',
      { customFields: { AVAILABLE_FIELD_1: 'a', AVAILABLE_FIELD_6: 'b' } },
    ],
    ['has spaces around its keys', '@Fields_To_Update@ = { EXTERNAL_REFERENCE = X-1 }', { externalReference: 'X-1' }],
    [
      'stands in a sentence',
      "@FIELDS_TO_UPDATE@={COMMENT=it's done} has been set (see {1}).",
      { comment: "it's done" },
    ],
    [
      'agrees with the variable of the same meaning',
      "@ASSET@='P1' @URGENCY@='1' @FIELDS_TO_UPDATE@={ASSET_TAG=P1}{URGENCY=High}",
      { asset: 'P1', urgency: 1 },
    ],
    [
      'has a comment that agrees with the variable but for its lines',
      "@COMMENT@='a\nb' @FIELDS_TO_UPDATE@={COMMENT=a\nb}",
      { comment: 'a\nb' },
    ],
  ]);

  it('shows its fields as they were written', () => {
    expect(read('@FIELDS_TO_UPDATE@={urgency=High}{E_x=1}').instruction.fields).toEqual({ URGENCY: 'High', E_X: '1' });
  });

  it.each([
    ["@ASSET@='P1'\n@FIELDS_TO_UPDATE@={ASSET_TAG=P2}", ['conflicting_variable 2:20 FIELDS_TO_UPDATE']],
    ['@FIELDS_TO_UPDATE@={E_X=1}{E_X=2}', ['conflicting_variable 1:27 FIELDS_TO_UPDATE']],
    ['@FIELDS_TO_UPDATE@={URGENCY=9}', ['invalid_value 1:20 FIELDS_TO_UPDATE']],
    ['@FIELDS_TO_UPDATE@={ASSET_TAG ZS_010}', ['malformed_field 1:20 FIELDS_TO_UPDATE']],
    ['@FIELDS_TO_UPDATE@={}', ['malformed_field 1:20 FIELDS_TO_UPDATE']],
    ["@FIELDS_TO_UPDATE@={COMMENT=a\n@ASSET@='P1'", ['unterminated_field 1:20 FIELDS_TO_UPDATE']],
    ["@FIELDS_TO_UPDATE@='COMMENT=a'", ['braces_expected 1:1 FIELDS_TO_UPDATE']],
    ['@ASSET@={ASSET=P1}', ['braces_not_allowed 1:1 ASSET']],
  ])('refuses %j', (mail, expected) => {
    expect(errors(mail)).toEqual(expected);
  });

  it('refuses an unknown field and lists the known ones', () => {
    const [error] = read('@FIELDS_TO_UPDATE@={COLOUR=red}').errors;
    expect(error).toMatchObject({ code: 'unknown_field', reason: 'unknown_field', line: 1, column: 20 });
    expect(error?.message).toMatch(
      /COLOUR.*COMMENT, DESCRIPTION, TITLE, .*, AVAILABLE_FIELD_1 to AVAILABLE_FIELD_6.*E_/,
    );
  });

  it.each([
    ['RFC_NUMBER', 'never changes'],
    ['status_id', '@OPERATION@'],
    ['RECIPIENT_ID', 'when it is created'],
    ['REQUESTOR_ID', 'when it is created'],
    ['SUBMITTED_BY', 'when it is created'],
    ['LAST_GROUP_ID', '{CODE_CATALOG=…}'],
    ['SD_CATALOG_ID', '{CODE_CATALOG=…}'],
    ['PARENT_REQUEST_ID', '@PARENT_REQUEST@'],
    ['SLA_ID', 'targets'],
    ['URGENCY_ID', '{URGENCY=…}'],
    ['LOCATION', "@LOCATION@='…'"],
    ['SOLUTION', "@SOLUTION@='…'"],
  ])('F7: says why the column %s cannot be set, and what to write', (column, remedy) => {
    const [error] = read(`@FIELDS_TO_UPDATE@={${column}=1}`).errors;
    expect(error).toMatchObject({ code: 'unknown_field', reason: 'unknown_field' });
    expect(error?.message).toContain(`cannot set the field ${column.toUpperCase()}`);
    expect(error?.message).toContain(remedy);
  });

  it.each(['AVAILABLE_FIELD_0', 'AVAILABLE_FIELD_7', 'AVAILABLE_FIELD_10', 'E_'])('does not know %s', (column) => {
    expect(errors(`@FIELDS_TO_UPDATE@={${column}=1}`)).toEqual(['unknown_field 1:20 FIELDS_TO_UPDATE']);
  });
});

describe('a percent-encoded instruction', () => {
  const solve = { operation: 'SOLVE', rfcNumber: 'S160824_000001', choice: '1' } as const;
  reads([
    ['is decoded', '@OPERATION@%3D%27SOLVE%27%0A@RFC_NUMBER@%3D%27S160824_000001%27%0A@CHOICE@%3D%271%27', solve],
    [
      'is decoded with its line ends as CRLF',
      '@OPERATION@%3D%27SOLVE%27%0D%0A@RFC_NUMBER@%3d%27S160824_000001%27%0D%0A@CHOICE@%3D%271%27',
      solve,
    ],
    [
      'is decoded with its @ and spaces',
      'To%20accept%0A%40OPERATION%40%20%3D%20%27SOLVE%27%20%40RFC_NUMBER%40%3D%27S160824_000001%27%0A%40CHOICE%40%3D%271%27',
      solve,
    ],
    ['is decoded where only its quotes are encoded', '@ASSET@=%27P1%27', { asset: 'P1' }],
    [
      'is decoded on each of its lines',
      "@OPERATION@%3D%27SOLVE%27\n@RFC_NUMBER@='S160824_000001'\n@CHOICE@%3D%271%27",
      solve,
    ],
    ['is decoded as UTF-8', '@TITLE@%3D%27caf%C3%A9 %F0%9F%98%80 100%25%27', { title: 'café 😀 100%' }],
    [
      'is decoded where it is wrapped',
      '@TITLE@%3D%27the printer\nis%20broken%27%0A@ASSET@%3D%27P1%27',
      { title: 'the printer is broken', asset: 'P1' },
    ],
    ['leaves a plain one as it is', "@TITLE@='100%25 %27sure%27'", { title: '100%25 %27sure%27' }],
    ['leaves what is no UTF-8 and no text as it is', '@TITLE@%3D%27%E9%27%00%ZZ%27', { title: "%E9'%00%ZZ" }],
  ]);

  it('has the places of the mail as it came', () => {
    expect(errors('Hello\n@URGENCY@%3D%271%27%0A@IMPACT@%3D%279%27')).toEqual(['invalid_value 2:23 IMPACT']);
  });

  it('in quoted text stays quoted after its line ends', () => {
    expect(understood('> ok%0A@OPERATION@%3D%27SOLVE%27%0A@RFC_NUMBER@%3D%27I1%27')).toEqual({ rfcNumber: 'I1' });
  });
});

describe('the target of a link', () => {
  const body = '@OPERATION@%3D%27SOLVE%27%0A@CHOICE@%3D%271%27';
  it.each([
    `Accept <mailto:sd@aef.com?body=${body}> Refuse <mailto:sd@aef.com?body=@CHOICE@%3D%270%27>`,
    `<mailto:sd@aef.com?subject=Accept&\nbody=${body}>`,
    `Accept: mailto:sd@aef.com?subject=x&body=@END_DATE@%3D%2721/10/2022 14:30%27%0A${body}`,
    "mailto:sd@aef.com?body=@CHOICE@='1'",
    `https://example.com/?x=${body}`,
  ])('orders nothing: %j', (mail) => {
    expect(understood(mail)).toEqual({});
    expect(read(mail)).toMatchObject({ errors: [], bodyWithoutInstructions: mail });
  });

  it('may stand in a value', () => {
    expect(understood("@COMMENT@='see https://example.com/a?b=1' @REQUESTOR@='mailto:a@b.c' @CI@='x'")).toEqual({
      comment: 'see https://example.com/a?b=1',
      requestor: 'a@b.c',
      configurationItem: 'x',
    });
  });
});
