import { describe, expect, it } from 'vitest';
import { restOfWay } from '../../../src/domain/outgoing/sending-way.ts';
import { outgoingWarnings } from '../../../src/domain/outgoing/ways-out.ts';

const smtp = { host: 'smtp.office365.com', port: 587, hasPassword: true };

describe('warnings about outgoing mail', () => {
  it.each([
    ['no server', { smtp: null }, ['no_way_out']],
    ['a password at Exchange Online', { smtp }, ['password_sign_in_ends']],
    ['no password there', { smtp: { ...smtp, hasPassword: false } }, []],
    ['another server', { smtp: { ...smtp, host: 'mail.example.com' } }, []],
    ['a name that only ends so', { smtp: { ...smtp, host: 'notsmtp.office365.com' } }, []],
    [
      'a server that refuses',
      { smtp: { ...smtp, host: 'a' }, troubles: [{ way: 'smtp', detail: 'x' }] },
      ['outgoing_refused'],
    ],
  ] as const)('%s', (_, ways, codes) => {
    expect(outgoingWarnings({ troubles: [], ...ways }).map(({ code }) => code)).toEqual(codes);
  });
});

describe('the rest of a way', () => {
  it.each([
    [1, 30],
    [2, 60],
    [5, 480],
    [6, 900],
    [100_000, 900],
  ])('after %i failures is %i s', (failures, seconds) => {
    expect(restOfWay(failures)).toBe(seconds * 1000);
  });
});
