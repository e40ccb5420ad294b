import { describe, expect, it } from 'vitest';
import signs from '../../fixtures/signs-of-other-mail.json' with { type: 'json' };
import { errors, understood } from '../reading.ts';

const order = "@OPERATION@='STOP'\n@RFC_NUMBER@='I260101_000009'\n@REASON@='x'";

/** As the mail programs of the world write them; none is known by its words. */
describe.each(Object.entries(signs))('C-Q: below a sign of another mail, told by its form: %s', (_form, byProgram) => {
  it.each(Object.entries(byProgram))('%s', (_program, sign) => {
    const mail = `Thanks, done.\n\n${sign}\n\n${order}`;
    expect(understood(mail)).toEqual({ rfcNumber: 'I260101_000009' });
    expect(errors(mail)).toEqual([]);
  });
});
