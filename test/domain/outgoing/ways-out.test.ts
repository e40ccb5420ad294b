import { describe, expect, it } from 'vitest';
import { restOfWay } from '../../../src/domain/outgoing/sending-way.ts';
import { outgoingWarnings } from '../../../src/domain/outgoing/ways-out.ts';

const smtp = { host: 'smtp.office365.com', port: 587, hasPassword: true };

const none = { smtp: null, returnAddress: null, mailboxes: [], troubles: [] } as const;
const box = { id: 7, name: 'Desk', address: 'desk@aef.com', active: true, sendVia: 'mailbox' } as const;

describe('warnings about outgoing mail', () => {
  it.each([
    ['no server', { smtp: null }, ['no_way_out']],
    ['a mailbox that sends for itself', { mailboxes: [box] }, []],
    [
      'a mailbox that does not',
      { mailboxes: [box, { ...box, id: 8, address: 'a@aef.com', sendVia: 'smtp' }] },
      ['no_way_out'],
    ],
    [
      'one that rests',
      { mailboxes: [box, { ...box, id: 8, address: 'a@aef.com', sendVia: 'smtp', active: false }] },
      [],
    ],
    ['a return address that another mailbox has', { mailboxes: [box], returnAddress: 'a@aef.com' }, ['no_way_out']],
    ['a return address that sends', { mailboxes: [box], returnAddress: 'desk@aef.com' }, []],
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
    expect(outgoingWarnings({ ...none, ...ways }).map(({ code }) => code)).toEqual(codes);
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
