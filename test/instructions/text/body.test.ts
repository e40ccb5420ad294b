import { describe, expect, it } from 'vitest';
import { read, understood } from '../reading.ts';

describe('the body without instructions', () => {
  it.each([
    [
      'leaves out lines that hold only instructions',
      "Hello\n@ASSET@='P1'\n @CI@='x', @URGENCY@='1';\nBye",
      'Hello\nBye',
    ],
    [
      'keeps a sentence with an instruction in it',
      "The incident @RFC_NUMBER@='I1' is done.",
      "The incident @RFC_NUMBER@='I1' is done.",
    ],
    ['leaves out every line of a value', "Hello\n@COMMENT@='a\n\nb'\nBye", 'Hello\nBye'],
    ['leaves out every line of braces', 'Hello\n@FIELDS_TO_UPDATE@={COMMENT=a\nb}\n{E_X=1}\nBye', 'Hello\nBye'],
    ['leaves out the people', 'Hello\nRecipient / Requesting person : a@b.c\nBye', 'Hello\nBye'],
    ['does not double blank lines', "Hello\n\n@ASSET@='P1'\n\n@CI@='x'\n\nBye", 'Hello\n\nBye'],
    ['leaves blank lines elsewhere alone', "a\n\n\nb\n@ASSET@='P1'\nc", 'a\n\n\nb\nc'],
    ['is trimmed', "\n\n  Hello \n\n@ASSET@='P1'\n", 'Hello'],
    ['is empty when there are only instructions', "@ASSET@='P1'\n\n@CI@='x'", ''],
    ['keeps unknown and malformed variables', "@COLOUR@='red'\n@ASSET@=P1\n@CI@='x'", "@COLOUR@='red'\n@ASSET@=P1"],
    ['keeps quoted text', "Hello\n> @RFC_NUMBER@='I1'\n@ASSET@='P1'", "Hello\n> @RFC_NUMBER@='I1'"],
    ['is decoded where instructions were', 'To%20refuse%0A%0A@ASSET@%3D%27P1%27%0ABye', 'To refuse\n\nBye'],
    ['keeps percent signs elsewhere', '100%25 sure', '100%25 sure'],
  ])('%s', (_fact, mail, body) => {
    expect(read(mail).bodyWithoutInstructions).toBe(body);
  });

  it("is the manual's example", () => {
    const mail = `Impossible to start the application. See the attached screen captures
Recipient / Requesting person : fleblanc@aef.com
@ASSET@='P04319'
@CODE_CATALOG@='Smartphone'
@DATE@='02/07/2022'
@URGENCY@='1'
`;
    expect(read(mail).bodyWithoutInstructions).toBe(
      'Impossible to start the application. See the attached screen captures',
    );
    expect(understood(mail)).toEqual({
      asset: 'P04319',
      category: 'Smartphone',
      date: '2022-07-02T00:00:00.000Z',
      urgency: 1,
      requestor: 'fleblanc@aef.com',
      recipient: 'fleblanc@aef.com',
    });
  });
});

describe('the own body', () => {
  it.each([
    ['leaves out what is quoted', "Done.\n@RFC_NUMBER@='I1'\n\n> Is it done?\n> @X@\nBye", 'Done.\n\nBye'],
    ['ends at the first sign of another mail', 'Yes\n\n-----Original Message-----\nsecret', 'Yes'],
    ['is all of a text that would be another mail’s as a whole', '> only\n> this', '> only\n> this'],
    ['is empty when the sender’s words are instructions alone', "@OPERATION@='SOLVE'\n> old", ''],
  ])('%s', (_fact, mail, body) => {
    expect(read(mail).ownBody).toBe(body);
  });
});
