import { expect, it } from 'vitest';
import { formWarnings, mailboxWarnings } from '../../../src/domain/mailboxes/mailbox-warnings.ts';

const well = {
  ...{ secretExpiresAt: null, hasClientSecret: false, push: true, pushProblem: null },
  ...{ unlistedMessages: 0, notGivenMessages: 0 },
};
const codes = (changes: Partial<Parameters<typeof mailboxWarnings>[0]>): string[] =>
  mailboxWarnings({ ...well, ...changes }, '2026-11-24T10:00:00.000Z').map(({ code }) => code);

it('tells of what does not keep a mailbox from being read', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ secretExpiresAt: '2026-11-25', pushProblem: 'The server has no IDLE.', unlistedMessages: 2 })).toEqual(
    ['secret_expires', 'push_unavailable', 'unlisted_messages'],
  );
});

it('says nothing of push where it is off', () => {
  expect(codes({ push: false, pushProblem: 'The server has no IDLE.' })).toEqual([]);
});

it('K4: tells of messages that the server lists and does not give', () => {
  expect(codes({ notGivenMessages: 1 })).toEqual(['not_given']);
});

it('warns of Trusted Senders whom nothing proves', () => {
  const trusting = { senderAuthentication: 'off', trustedSenders: ['nagios@aef.com'] } as const;
  expect(formWarnings(trusting).map(({ code }) => code)).toEqual(['unproven_trust']);
  expect(formWarnings({ ...trusting, senderAuthentication: 'verify' })).toEqual([]);
  expect(formWarnings({ ...trusting, trustedSenders: [] })).toEqual([]);
});
