import { describe, expect, it } from 'vitest';
import { checkDateOptions } from '../../../src/instructions/values/dates.ts';
import { errors, read, understood } from '../reading.ts';

describe('a level', () => {
  it.each([
    ['1', 1],
    ['2', 2],
    ['3', 3],
    ['high', 1],
    ['Medium', 2],
    ['LOW', 3],
    ['haute', 1],
    ['Moyenne', 2],
    ['basse', 3],
  ])('reads %s as %i', (text, level) => {
    expect(understood(`@URGENCY@='${text}' @IMPACT@='${text}' @SEVERITY@='${text}'`)).toEqual({
      urgency: level,
      impact: level,
      severity: level,
    });
  });

  it.each(['0', '4', '01', 'urgent', '1 high'])('refuses %s', (text) => {
    expect(errors(`@SEVERITY@='${text}'`)).toEqual(['invalid_value 1:1 SEVERITY']);
  });
});

describe('an operation', () => {
  it.each(['CREATE', 'update', 'Restart', 'SOLVE', 'sToP'])('reads %s', (text) => {
    expect(understood(`@OPERATION@='${text}'`)).toEqual({ operation: text.toUpperCase() });
  });

  it('refuses another and lists those there are', () => {
    const [error] = read("@OPERATION@='CLOSE'").errors;
    expect(error).toMatchObject({ code: 'invalid_value', reason: 'invalid_value', line: 1, column: 1 });
    expect(error?.message).toBe('"CLOSE" is no value for @OPERATION@: write CREATE, UPDATE, RESTART, SOLVE, STOP.');
  });

  it('refuses an empty one', () => {
    expect(errors("@OPERATION@=''")).toEqual(['invalid_value 1:1 OPERATION']);
  });
});

describe('a choice', () => {
  it.each(['0', '1', '2'])('reads %s', (choice) => {
    expect(understood(`@OPERATION@='SOLVE' @CHOICE@='${choice}'`)).toEqual({ operation: 'SOLVE', choice });
  });

  it.each(['3', '', '-1', '01', 'yes', '1 or 0', "1' '0", '１'])('refuses %j', (choice) => {
    expect(errors(`@OPERATION@='SOLVE' @CHOICE@='${choice}'`)).toEqual(['invalid_value 1:21 CHOICE']);
  });
});

describe('a number of a ticket or an action', () => {
  it.each(['#RFC_NUMBER#', 'two words', 'a/b', 'x'.repeat(65)])('refuses %j', (text) => {
    expect(errors(`@RFC_NUMBER@='${text}'`)).toEqual(['invalid_value 1:1 RFC_NUMBER']);
  });

  it('explains a placeholder that was not filled in', () => {
    expect(read("@ACTION_ID@='#CURRENT_ACTION_ID#'").errors[0]?.message).toContain('filled in when the mail is sent');
  });
});

describe('an address', () => {
  it.each([
    'fleblanc@aef.com',
    'FLeBlanc@AEF.com',
    '<fleblanc@aef.com>',
    'François Leblanc <fleblanc@aef.com>',
    'mailto:fleblanc@aef.com',
    'fleblanc@aef.com<mailto:fleblanc@aef.com>',
  ])('reads %j', (text) => {
    expect(understood(`@REQUESTOR@='${text}'`)).toEqual({ requestor: 'fleblanc@aef.com' });
  });

  it('reads one with an apostrophe', () => {
    expect(understood("@RECIPIENT@='o'brien@aef.com'")).toEqual({ recipient: "o'brien@aef.com" });
  });

  it.each(['fleblanc', 'a@b@c', 'a@b.c, d@e.f', 'boss@aef.com <me@aef.com>', '@aef.com', 'a@', 'a b@c'])(
    'refuses %j',
    (text) => {
      expect(errors(`@REQUESTOR@='${text}'`)).toEqual(['invalid_value 1:1 REQUESTOR']);
    },
  );
});

describe('the line Recipient / Requesting person', () => {
  it.each([
    'Recipient / Requesting person : fleblanc@aef.com',
    'recipient/requesting person:fleblanc@aef.com',
    ' Recipient\u00A0/ Requesting  person\u00A0: Fleblanc@aef.com<mailto:fleblanc@aef.com>',
  ])('names both people: %j', (line) => {
    expect(understood(`Hello\n${line}\nBye`)).toEqual({ requestor: 'fleblanc@aef.com', recipient: 'fleblanc@aef.com' });
  });

  it('is no variable to be shown', () => {
    expect(read('Recipient / Requesting person : a@b.c').instruction.variables).toEqual({});
  });

  it('is text without a value, and within a value', () => {
    expect(understood('Recipient / Requesting person :\nx@y.z')).toEqual({});
    expect(understood("@COMMENT@='a\nRecipient / Requesting person : a@b.c\nb'").requestor).toBeUndefined();
  });

  it.each(['E0042', '42', 'ab-7', 'É_1'])('F7: may be the employee number %s', (number) => {
    expect(understood(`@REQUESTOR@='${number}' @RECIPIENT@='${number}'`)).toEqual({
      requestor: number,
      recipient: number,
    });
  });

  it.each(['44D88612-FEA8-A8F3-6DE8-2E1278ABB02F', '{44d88612-fea8-a8f3-6de8-2e1278abb02f}'])(
    'F7: CATALOG_GUID names a category, also as %s, and before CODE_CATALOG',
    (guid) => {
      expect(understood(`@CATALOG_GUID@='${guid}' @CODE_CATALOG@='Printer'`)).toEqual({
        category: '44d88612-fea8-a8f3-6de8-2e1278abb02f',
      });
      expect(errors(`@CATALOG_GUID@='${guid}0'`)).toEqual(['invalid_value 1:1 CATALOG_GUID']);
    },
  );

  it('F7: PARENT_REQUEST is a number', () => {
    expect(understood("@parent_request@='i261101_000007'")).toEqual({ parentRequest: 'I261101_000007' });
  });

  it('conflicts with another requestor', () => {
    expect(errors("@REQUESTOR@='x@y.z'\nRecipient / Requesting person : a@b.c")).toEqual([
      'conflicting_variable 2:1 REQUESTOR',
    ]);
  });

  it('is an error without an address', () => {
    expect(errors('Recipient / Requesting person : Mr X, me@aef.com')).toEqual([
      'invalid_value 1:1 REQUESTOR',
      'invalid_value 1:1 RECIPIENT',
    ]);
  });
});

describe('a date', () => {
  const paris = { timeZone: 'Europe/Paris' };
  it.each([
    ['a day as its midnight in the zone', '02/07/2022', '2022-07-01T22:00:00.000Z'],
    ['minutes', '02/07/2022 14:30', '2022-07-02T12:30:00.000Z'],
    ['seconds', '02/07/2022 14:30:15', '2022-07-02T12:30:15.000Z'],
    ['single digits and several spaces', '2/7/2022  9:05', '2022-07-02T07:05:00.000Z'],
    ['a no-break space', '02/07/2022\u00A014:30', '2022-07-02T12:30:00.000Z'],
    ['winter', '02/01/2022 14:30', '2022-01-02T13:30:00.000Z'],
    ['a time skipped in spring by the offset before', '27/03/2022 02:30', '2022-03-27T01:30:00.000Z'],
    ['a time that comes twice in autumn as the first', '30/10/2022 02:30', '2022-10-30T00:30:00.000Z'],
    ['the hour after the change', '30/10/2022 03:00', '2022-10-30T02:00:00.000Z'],
    ['a leap day', '29/02/2024', '2024-02-28T23:00:00.000Z'],
    ['an ISO day in the zone', '2022-07-02', '2022-07-01T22:00:00.000Z'],
    ['an ISO time in the zone', '2022-07-02T14:30', '2022-07-02T12:30:00.000Z'],
    ['an ISO time with a space', '2022-07-02 14:30:00', '2022-07-02T12:30:00.000Z'],
    ['an ISO time in UTC', '2022-07-02T14:30:00.123Z', '2022-07-02T14:30:00.000Z'],
    ['an ISO time with an offset', '2022-07-02T14:30-05:30', '2022-07-02T20:00:00.000Z'],
    ['an ISO time with a short offset', '2022-07-02T14:30+02', '2022-07-02T12:30:00.000Z'],
  ])('reads %s', (_what, text, date) => {
    expect(understood(`@DATE@='${text}'`, paris)).toEqual({ date });
  });

  it.each([
    '31/02/2022',
    '29/02/2023',
    '00/01/2022',
    '01/13/2022',
    '01/01/2022 24:00',
    '01/01/2022 10:60',
    '01/01/22',
    'today',
    '2022-07',
    '01/01/0001',
  ])('refuses %s', (text) => {
    expect(errors(`@DATE@='${text}'`, paris)).toEqual(['invalid_value 1:1 DATE']);
  });

  it.each([
    ['MM/dd/yyyy', '07/02/2022 14:30', '2022-07-02T14:30:00.000Z'],
    ['yyyy.MM.dd', '2022.07.02', '2022-07-02T00:00:00.000Z'],
    ['dd.MM.yy', '02.07.22', '2022-07-02T00:00:00.000Z'],
    ['d-M-yyyy[ HH:mm]', '2-7-2022 14:30', '2022-07-02T14:30:00.000Z'],
  ])('is read by the format %s', (dateFormat, text, date) => {
    expect(understood(`@DATE@='${text}'`, { dateFormat })).toEqual({ date });
  });

  it('of another format names the one that is read', () => {
    expect(read("@DATE@='2.7.22'").errors[0]?.message).toContain('dd/MM/yyyy[ HH:mm[:ss]]');
  });
});

describe('the options for dates', () => {
  it.each(['', 'dd/MM', 'dd/MM/yyyy dd', 'dd/MM/yyyy[ HH:mm', 'MMM d yyyy'])('refuse the format %j', (dateFormat) => {
    expect(() => checkDateOptions({ dateFormat, timeZone: 'UTC' })).toThrow(RangeError);
  });

  it('refuse a zone that does not exist', () => {
    expect(() => checkDateOptions({ dateFormat: 'dd/MM/yyyy', timeZone: 'Europe/Atlantis' })).toThrow(
      /Europe\/Atlantis/,
    );
  });

  it('accept what the specification has', () => {
    expect(() => checkDateOptions({ dateFormat: 'dd/MM/yyyy[ HH:mm[:ss]]', timeZone: 'Europe/Paris' })).not.toThrow();
  });
});
