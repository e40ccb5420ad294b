import { describe, expect, it } from 'vitest';
import { defaultPort, withMailboxDefaults } from '../../../src/domain/mailboxes/mailbox-defaults.ts';
import { secretMask, type MailboxForm, type StoredMailbox } from '../../../src/domain/mailboxes/mailbox-draft.ts';
import { checkMailbox } from '../../../src/domain/mailboxes/mailbox-rules.ts';
import { mailboxTypes, type MailboxType } from '../../../src/domain/mailboxes/mailbox.ts';

const basic = { mailServer: 'mail.aef.com', login: 'support@aef.com', password: 'pw' };
const oauth = { login: 'support@aef.com', applicationId: 'app', directoryId: 'dir' };

/** A form that fits, for each type. */
const fitting: Readonly<Record<MailboxType, MailboxForm>> = {
  pop3: { name: 'Support', type: 'pop3', ...basic },
  imap4: { name: 'Support', type: 'imap4', ...basic },
  office365: { name: 'Support', type: 'office365', ...oauth, password: 'pw' },
  graph: { name: 'Support', type: 'graph', ...oauth, clientSecret: 'cs' },
};

const violations = (type: MailboxType, over: Partial<MailboxForm>, stored?: StoredMailbox): readonly string[] =>
  checkMailbox(withMailboxDefaults({ ...fitting[type], ...over, type }), stored).map(
    ({ field, rule }) => `${field} ${rule}`,
  );

type Row = readonly [cell: string, over: Partial<MailboxForm>, broken: readonly string[]];

const basicRows: readonly Row[] = [
  ['mail server: required', { mailServer: null }, ['mailServer required']],
  ['mail server: blank', { mailServer: '  ' }, ['mailServer required']],
  ['mail server: an address', { mailServer: '192.0.2.1' }, []],
  ['mail server: an IPv6 address', { mailServer: '2001:db8::1' }, []],
  ['mail server: a name of one label', { mailServer: 'localhost' }, []],
  ['mail server: with a port', { mailServer: 'mail.aef.com:993' }, ['mailServer format']],
  ['mail server: with a protocol', { mailServer: 'imaps://mail.aef.com' }, ['mailServer format']],
  ['SSL/TLS: off', { sslTls: false }, []],
  ['SSL/TLS: on', { sslTls: true }, []],
  ['StartTLS: on without SSL/TLS', { sslTls: false, startTls: true }, []],
  ['StartTLS: with SSL/TLS on', { sslTls: true, startTls: true }, ['startTls exclusive']],
  ['login: required', { login: null }, ['login required']],
  ['password: required', { password: undefined }, ['password required']],
  ['password: empty', { password: '' }, ['password required']],
  ['application id: not used', { applicationId: 'app' }, ['applicationId unused']],
  ['directory id: not used', { directoryId: 'dir' }, ['directoryId unused']],
  ['client secret: not used', { clientSecret: 'cs' }, ['clientSecret unused']],
  [
    'secret expiry: without a secret',
    { password: null, secretExpiresAt: '2027-03-31' },
    ['password required', 'secretExpiresAt unused'],
  ],
  ['port: the lowest', { port: 1 }, []],
  ['port: the highest', { port: 65535 }, []],
  ['port: 0', { port: 0 }, ['port range']],
  ['port: 65536', { port: 65536 }, ['port range']],
  ['port: a fraction', { port: 99.5 }, ['port range']],
];

const table: Readonly<Record<MailboxType, readonly Row[]>> = {
  pop3: [
    ...basicRows,
    ['no folders', { afterProcessing: 'move', moveToFolder: 'Done' }, ['afterProcessing unsupported']],
  ],
  imap4: [
    ...basicRows,
    ['move with a folder', { afterProcessing: 'move', moveToFolder: 'Done' }, []],
    ['move without a folder', { afterProcessing: 'move', moveToFolder: ' ' }, ['moveToFolder required']],
  ],
  office365: [
    ['mail server: named', { mailServer: 'Outlook.Office365.com' }, []],
    ['mail server: another one', { mailServer: 'mail.aef.com' }, ['mailServer fixed']],
    ['port: 993', { port: 993 }, []],
    ['port: another one', { port: 143 }, ['port fixed']],
    ['port: none', { port: 70000 }, ['port range']],
    ['SSL/TLS: off', { sslTls: false }, ['sslTls fixed']],
    ['StartTLS: on', { sslTls: true, startTls: true }, ['startTls fixed']],
    ['login: required', { login: '' }, ['login required']],
    ['password: required', { password: null }, ['password required']],
    ['application id: required', { applicationId: null }, ['applicationId required']],
    ['directory id: required', { directoryId: null }, ['directoryId required']],
    ['client secret: optional', { clientSecret: 'cs' }, []],
  ],
  graph: [
    ['mail server: must be unset', { mailServer: 'graph.microsoft.com' }, ['mailServer unused']],
    ['port: must be unset', { port: 443 }, ['port unused']],
    ['SSL/TLS: on', { sslTls: true }, ['sslTls fixed']],
    ['StartTLS: on', { startTls: true }, ['startTls fixed']],
    ['login: required', { login: null }, ['login required']],
    ['password: ROPC without client secret', { password: 'pw', clientSecret: null }, []],
    ['password: ROPC with client secret', { password: 'pw' }, []],
    ['password: absent, CC needs the client secret', { clientSecret: null }, ['clientSecret required']],
    [
      'secret expiry: without a secret',
      { clientSecret: null, secretExpiresAt: '2027-03-31' },
      ['clientSecret required', 'secretExpiresAt unused'],
    ],
    ['application id: required', { applicationId: ' ' }, ['applicationId required']],
    ['directory id: required', { directoryId: null }, ['directoryId required']],
  ],
};

const generalRows: readonly Row[] = [
  ['name: required', { name: ' ' }, ['name required']],
  ['read interval: a fraction', { readIntervalMinutes: 0.05 }, []],
  ['read interval: 0', { readIntervalMinutes: 0 }, ['readIntervalMinutes range']],
  ['read interval: negative', { readIntervalMinutes: -1 }, ['readIntervalMinutes range']],
  ['read interval: no number', { readIntervalMinutes: Number.NaN }, ['readIntervalMinutes range']],
  ['read interval: over 31 days', { readIntervalMinutes: 44641 }, ['readIntervalMinutes range']],
  ['message size: 0', { maxMessageBytes: 0 }, ['maxMessageBytes range']],
  ['address: well-formed', { address: 'Desk@aef.com' }, []],
  ['address: malformed', { address: 'desk at aef.com' }, ['address format']],
  ['login that is no address', { login: 'support' }, []],
  ['redirect: well-formed', { redirectUnknownEmailsTo: 'desk@aef.com' }, []],
  ['redirect: malformed', { redirectUnknownEmailsTo: 'desk' }, ['redirectUnknownEmailsTo format']],
  [
    'redirect: the mailbox itself',
    { redirectUnknownEmailsTo: 'Support@aef.com' },
    ['redirectUnknownEmailsTo exclusive'],
  ],
  ['trusted: address and domain', { trustedSenders: ['nagios@aef.com', 'Monitoring.test'] }, []],
  ['trusted: malformed', { trustedSenders: ['@aef.com'] }, ['trustedSenders format']],
  ['trusted: empty', { trustedSenders: [''] }, ['trustedSenders format']],
  ['sender authentication: verify', { senderAuthentication: 'verify' }, []],
  [
    'sender authentication: by a server and by a nameless one',
    { senderAuthentication: 'authentication-results', authenticationServers: ['MX.example.com', '-'] },
    [],
  ],
  [
    'sender authentication: by no server',
    { senderAuthentication: 'authentication-results' },
    ['authenticationServers required'],
  ],
  [
    'sender authentication: servers without need',
    { authenticationServers: ['mx.example.com'] },
    ['authenticationServers unused'],
  ],
  [
    'sender authentication: malformed server',
    { senderAuthentication: 'authentication-results', authenticationServers: ['mx example'] },
    ['authenticationServers format'],
  ],
  ['internal mail of Exchange: domains without need', { ownDomains: ['aef.com'] }, ['ownDomains unused']],
  [
    'internal mail of Exchange: malformed domain',
    { ownDomains: ['@aef.com'] },
    ['ownDomains unused', 'ownDomains format'],
  ],
  ['secret expiry: a day', { secretExpiresAt: '2027-03-31' }, []],
  ['secret expiry: past', { secretExpiresAt: '2020-01-01' }, []],
  ['secret expiry: empty', { secretExpiresAt: '' }, []],
  ['secret expiry: no day of the calendar', { secretExpiresAt: '2027-02-29' }, ['secretExpiresAt format']],
  ['secret expiry: in words', { secretExpiresAt: 'next March' }, ['secretExpiresAt format']],
  ['password: the mask', { password: secretMask }, ['password masked']],
];

describe('the mailbox form (spec §2)', () => {
  it.each([
    ['pop3', ['exchangeInternal unsupported']],
    ['imap4', ['exchangeInternal unsupported']],
    ['office365', []],
    ['graph', []],
  ] as const)('internal mail of Exchange: %s', (type, broken) => {
    const whole = { senderAuthentication: 'verify', exchangeInternal: true, ownDomains: ['AEF.com'] } as const;
    expect(violations(type, whole)).toEqual(broken);
    const bare = [...broken, 'exchangeInternal exclusive', 'ownDomains required'];
    expect(violations(type, { exchangeInternal: true })).toEqual(bare);
  });

  describe.each(mailboxTypes)('%s', (type) => {
    it('accepts the fitting form, without any default missing', () => {
      expect(violations(type, {})).toEqual([]);
    });

    it.each(table[type])('%s', (_cell, over, broken) => {
      expect(violations(type, over)).toEqual(broken);
    });

    it.each(generalRows)('%s', (_cell, over, broken) => {
      expect(violations(type, over)).toEqual(broken);
    });

    it('names every violated rule at once, each with what to do', () => {
      const found = checkMailbox(withMailboxDefaults({ name: '', type, readIntervalMinutes: 0 }));
      expect(found.map(({ field }) => field)).toEqual(expect.arrayContaining(['name', 'login', 'readIntervalMinutes']));
      for (const { message } of found) expect(message).toMatch(/\w{3}.*\.$/u);
    });
  });
});

describe('stored secrets (spec §2)', () => {
  /** A mailbox as it fits, stored with a password. */
  const storedAs = (type: MailboxType, over: Partial<MailboxForm> = {}): StoredMailbox => ({
    ...withMailboxDefaults({ ...fitting[type], ...over, type }),
    hasPassword: true,
    hasClientSecret: false,
  });
  const stored = storedAs('imap4');

  it('are kept by a form that does not name them', () => {
    expect(violations('imap4', { password: undefined }, stored)).toEqual([]);
  });

  it('are missing once they are cleared', () => {
    expect(violations('imap4', { password: null }, stored)).toEqual(['password required']);
  });

  it.each(['pop3', 'imap4'] as const)(
    '%s to graph with a stored password is refused until it is cleared or set',
    (type) => {
      const from = storedAs(type);
      expect(violations('graph', { password: undefined }, from)).toEqual(['password type_switch']);
      expect(violations('graph', { password: null }, from)).toEqual([]);
      expect(violations('graph', { password: 'new' }, from)).toEqual([]);
      expect(violations('graph', { password: null, clientSecret: null }, from)).toEqual(['clientSecret required']);
    },
  );

  it('a switch to graph without a stored password, or from Office 365, is free', () => {
    expect(violations('graph', {}, { ...stored, hasPassword: false })).toEqual([]);
    const { applicationId, directoryId, login } = fitting.graph;
    expect(violations('graph', {}, storedAs('office365', { applicationId, directoryId, login }))).toEqual([]);
  });

  it.each<Partial<MailboxForm>>([
    { mailServer: 'evil.example.net' },
    { mailServer: '127.0.0.1' },
    { port: 1143 },
    { sslTls: false, port: 993 },
    { sslTls: false, startTls: true, port: 993 },
    { login: 'somebody-else' },
  ])('S-14: go nowhere but where they were entered for: %j', (over) => {
    expect(violations('imap4', { ...over, password: undefined }, storedAs('imap4', { sslTls: true }))).toEqual([
      'password other_place',
    ]);
    expect(violations('imap4', { ...over, password: 'anew' }, storedAs('imap4', { sslTls: true }))).toEqual([]);
  });

  it('S-14: nor by another protocol, tenant or application', () => {
    expect(violations('pop3', { password: undefined }, storedAs('imap4'))).toEqual(['password other_place']);
    const graph = { ...storedAs('graph'), hasPassword: false, hasClientSecret: true };
    for (const over of [{ directoryId: 'of-an-attacker' }, { applicationId: 'another' }])
      expect(violations('graph', { ...over, password: null, clientSecret: undefined }, graph)).toEqual([
        'clientSecret other_place',
      ]);
    expect(
      violations(
        'imap4',
        { mailServer: 'MAIL.aef.com', password: undefined },
        storedAs('imap4', { mailServer: 'mail.AEF.com' }),
      ),
    ).toEqual([]);
  });
});

describe('defaults of the mailbox form', () => {
  it.each([
    ['pop3', false, 110],
    ['pop3', true, 995],
    ['imap4', false, 143],
    ['imap4', true, 993],
    ['office365', true, 993],
    ['graph', false, null],
  ] as const)('the port of %s with SSL/TLS %s is %s', (type, sslTls, port) => {
    expect(defaultPort(type, sslTls)).toBe(port);
  });

  it('are encrypted, delete, and the login as address', () => {
    expect(withMailboxDefaults(fitting.imap4)).toMatchObject({
      active: true,
      sslTls: true,
      startTls: false,
      port: 993,
      address: 'support@aef.com',
      afterProcessing: 'delete',
      moveToFolder: null,
      maxMessageBytes: 25 * 1024 * 1024,
    });
  });

  it('leave SSL/TLS off where StartTLS is chosen', () => {
    expect(withMailboxDefaults({ ...fitting.imap4, startTls: true })).toMatchObject({ sslTls: false, port: 143 });
  });

  it("know Exchange Online's server", () => {
    expect(withMailboxDefaults(fitting.office365).mailServer).toBe('outlook.office365.com');
  });
});
