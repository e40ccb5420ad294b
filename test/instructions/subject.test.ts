import { describe, expect, it } from 'vitest';
import { headOf } from '../../src/instructions/mail-head.ts';
import { defaultReadOptions, readInstruction } from '../../src/instructions/read-instruction.ts';

const readMail = (subject: string, text = 'Hello', answers: readonly string[] = []) =>
  readInstruction(
    text,
    defaultReadOptions,
    headOf({ from: [{ name: '', address: 'a@b.c' }], subject, inReplyTo: answers, references: [] }),
  );
const number = 'I261125_000002';
const variable = `@RFC_NUMBER@='${number}'`;

describe('F3: the subject of a mail', () => {
  it.each([
    variable,
    `Re: ${variable}`,
    `[EXT] RE: ${variable}`,
    `Fwd: Your approval: ${variable}`,
    "Re: @RFC_NUMBER@ = '[i261125_000002]'",
    '@RFC_NUMBER@%3D%27I261125_000002%27',
    `To approve ${variable} please`,
  ])('names a ticket: %s', (subject) => {
    const { instruction, errors } = readMail(subject);
    expect(errors).toEqual([]);
    expect(instruction).toMatchObject({ rfcNumber: number, operation: null });
  });

  it('names an action', () => {
    expect(readMail(`AW: ${variable} @ACTION_ID@='7'`).instruction).toMatchObject({ rfcNumber: number, actionId: '7' });
  });

  it('orders in a mail that answers none', () => {
    const { instruction, errors } = readMail(`@OPERATION@='SOLVE' ${variable} @SOLUTION@='done'`);
    expect(errors).toEqual([]);
    expect(instruction).toMatchObject({ operation: 'SOLVE', rfcNumber: number, solution: 'done' });
  });

  it.each([
    'Re:',
    'RE :',
    'Fwd:',
    'FW:',
    'AW:',
    'WG:',
    'Antwort:',
    'TR:',
    'Rép. :',
    'Réf:',
    'SV:',
    'VS:',
    'Odp:',
    'RES:',
    'ENC:',
    'Antw:',
    'Doorst:',
    'Továbbítás:',
    'ΑΠ:',
    'На:',
    'HA:',
    '回复：',
    '转发:',
    '返信:',
    'Ответ:',
    'Re[2]:',
    'Re(3):',
    'RE^2:',
    '[list] [EXT] Re:',
    'Re: AW:',
  ])('orders nothing in a reply or a forward by its form: %s', (prefix) => {
    const { instruction, warnings } = readMail(`${prefix} @OPERATION@='SOLVE' ${variable} @URGENCY@='9'`);
    expect(instruction).toMatchObject({ operation: null, rfcNumber: number, urgency: null });
    expect(warnings.map(({ code }) => code)).toEqual(['subject_of_reply']);
  });

  it('orders nothing in a mail that says in its header that it is a reply', () => {
    expect(readMail(`@OPERATION@='SOLVE' ${variable}`, 'x', ['<1@b.c>']).instruction.operation).toBeNull();
  });

  it('of a reply gives way to what the text names, and goes before what it quotes', () => {
    const own = "@RFC_NUMBER@='I261125_000009'";
    expect(readMail(`Re: ${variable}`, own).instruction.rfcNumber).toBe('I261125_000009');
    expect(readMail(`Re: ${variable}`, `Yes\n> ${own}`).instruction.rfcNumber).toBe(number);
  });

  it('contradicts the text where both are the sender’s own', () => {
    const { errors } = readMail(variable, "@RFC_NUMBER@='I261125_000009'");
    expect(errors).toMatchObject([{ code: 'conflicting_variable', line: 1, column: 1 }]);
    expect(errors[0]?.message).toContain('in the subject');
  });

  it('has errors without a place in the text', () => {
    expect(readMail("@URGENCY@='9'").errors).toMatchObject([{ code: 'invalid_value', line: null, column: null }]);
    expect(readMail("Re: @URGENCY@='9'").errors).toEqual([]);
  });

  it('says nothing where it holds no variable', () => {
    expect(readMail('Mail to a@b.c = 50% off', "@URGENCY@='1'")).toEqual(
      readInstruction("@URGENCY@='1'", defaultReadOptions),
    );
  });

  it('that is long is read in linear time', () => {
    expect(readMail('@A'.repeat(200_000)).errors).toEqual([]);
    expect(readMail(`${'[a] '.repeat(100_000)}Re:`).errors).toEqual([]);
  });
});
