import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/activities/handling/read-message.ts';
import { noFailpoint } from '../../../src/activities/shared/failpoint.ts';
import { connect } from '../../../src/db/shared/connect.ts';
import { createSecretBox } from '../../../src/db/mailboxes/secrets.ts';
import type { Mailbox } from '../../../src/domain/mailboxes/mailbox.ts';
import { authenticateSender } from '../../../src/mail/authentication/sender-authentication.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { mailboxOf } from '../../support/mailbox.ts';
import { mail } from '../../support/mime.ts';

const tenantId = '11111111-1111-1111-1111-111111111111';
const internal = [
  'From: fleblanc@aef.com',
  'X-MS-Exchange-Organization-AuthAs: Internal',
  'X-MS-Exchange-Organization-AuthSource: A.eurprd01.prod.outlook.com',
];
const database = connect('postgres://127.0.0.1:1/none');
afterAll(() => database.close());
const verdictIn = async (over: Partial<Mailbox>, headers: readonly string[] = internal) => {
  const box = mailboxOf({
    type: 'graph',
    directoryId: tenantId,
    senderAuthentication: 'authentication-results',
    authenticationServers: ['-'],
    exchangeInternal: true,
    ownDomains: ['aef.com'],
    ...over,
  });
  const { senderAuthentication } = await readMessage(
    {
      // Nothing of it is read: the octets are at hand.
      db: database.db,
      ping: () => Promise.resolve(),
      secretBox: createSecretBox([randomBytes(32)]),
      senderVerifier: { authenticate: (request) => authenticateSender(request), close: () => Promise.resolve() },
      mimeReader: { read: (raw) => parseMime(raw, defaultMimeLimits), close: () => Promise.resolve() },
      openSession: () => Promise.reject(new Error('no session is needed')),
      failpoint: noFailpoint,
      logger: pino({ level: 'silent' }),
      timeZone: 'UTC',
      dateFormat: 'dd/MM/yyyy',
    },
    box,
    {
      ...{ id: 1, mailboxId: 1, protocolId: '1', rawSha256: '', size: 0, oversized: false, arrivedAt: '' },
      ...{ attempts: 0, released: false, releasedCategoryId: null, vouched: false },
    },
    mail(headers),
  );
  return senderAuthentication;
};

describe('internal mail of Exchange', () => {
  it('counts in the mailboxes of Exchange where it is switched on', async () => {
    expect(await verdictIn({})).toBe('pass');
    expect(await verdictIn({ type: 'office365' })).toBe('pass');
  });

  it.each<[string, Partial<Mailbox>]>([
    ['where it is off', { exchangeInternal: false }],
    ['in a mailbox that another server fills', { type: 'imap4' }],
    ['nor by POP3', { type: 'pop3' }],
    ['without a tenant', { directoryId: null }],
  ])('does not count %s', async (_name, over) => {
    expect(await verdictIn(over)).toBe('none');
  });

  it.each([
    ['Auto-Submitted: auto-replied'],
    ['Auto-Submitted: auto-generated'],
    ['Content-Type: multipart/report; report-type=delivery-status; boundary=b'],
    ['Return-Path: <>'],
    ['List-Id: <all.aef.com>'],
  ])('does not count for what a program wrote: %s', async (header) => {
    expect(await verdictIn({}, [...internal, header])).toBe('none');
  });
});
