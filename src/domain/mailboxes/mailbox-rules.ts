import { isDomain, isMailAddress } from '../messages/address.ts';
import { office365Server } from './mailbox-defaults.ts';
import { secretMask, type MailboxDraft, type StoredMailbox } from './mailbox-draft.ts';
import { fieldLabels, isSet, presence, presenceFields, typeNames } from './mailbox-presence.ts';
import { isDay } from './secret-expiry.ts';
import { isSameSecretPlace } from './secret-place.ts';

/** A rule of the mailbox form that a draft breaks; `message` says what to do. */
export interface MailboxRuleViolation {
  readonly field: keyof MailboxDraft;
  readonly rule: MailboxRule;
  readonly message: string;
}

type MailboxRule =
  | 'required'
  | 'unused'
  | 'fixed'
  | 'exclusive'
  | 'range'
  | 'format'
  | 'unsupported'
  | 'masked'
  | 'type_switch'
  | 'other_place';

/** Longest rest between two reads, in minutes, inclusive: 31 days. */
const maxReadIntervalMinutes = 31 * 24 * 60;
/** Largest message that a mailbox may allow, in bytes, inclusive: a message is held in memory while it is read. */
const maxMessageBytesAllowed = 256 * 1024 * 1024;

/**
 * Every rule of the mailbox form (spec §2) that the draft breaks; empty when it may be saved. `stored` is the mailbox as it is,
 * absent for a new one: it says which secrets are there to be kept.
 */
export const checkMailbox = (draft: MailboxDraft, stored?: StoredMailbox): readonly MailboxRuleViolation[] => [
  ...checkPresence(draft, stored),
  ...checkGraphSecret(draft, stored),
  ...checkTypeSwitch(draft, stored),
  ...checkSecretPlace(draft, stored),
  ...checkMasks(draft),
  ...checkSecretExpiry(draft, stored),
  ...checkServer(draft),
  ...checkEncryption(draft),
  ...checkAddresses(draft),
  ...checkSenderAuthentication(draft),
  ...checkExchangeInternal(draft),
  ...checkAfterProcessing(draft),
  ...checkPush(draft),
  ...checkSendVia(draft),
  ...checkNumbers(draft),
  ...violationIf(draft.name.trim() === '', 'name', 'required', 'A mailbox needs a name.'),
];

const violationIf = (
  broken: boolean,
  field: keyof MailboxDraft,
  rule: MailboxRule,
  message: string,
): readonly MailboxRuleViolation[] => (broken ? [{ field, rule, message }] : []);

const checkPresence = (draft: MailboxDraft, stored: StoredMailbox | undefined): readonly MailboxRuleViolation[] =>
  presenceFields.flatMap((field) => {
    const needed = presence[draft.type][field];
    const set = isSet(draft, stored, field);
    const type = typeNames[draft.type];
    if (needed === 'required' && !set)
      return violationIf(true, field, 'required', `${fieldLabels[field]} is required with ${type}: enter it.`);
    return violationIf(
      needed === 'unused' && set,
      field,
      'unused',
      `${type} has no ${fieldLabels[field]}: clear the field (null).`,
    );
  });

const checkGraphSecret = (draft: MailboxDraft, stored: StoredMailbox | undefined): readonly MailboxRuleViolation[] =>
  violationIf(
    draft.type === 'graph' && !isSet(draft, stored, 'password') && !isSet(draft, stored, 'clientSecret'),
    'clientSecret',
    'required',
    'Without a Password, Microsoft Graph uses client credentials, and these need a Client Secret: enter it, or a Password for ROPC.',
  );

const checkTypeSwitch = (draft: MailboxDraft, stored: StoredMailbox | undefined): readonly MailboxRuleViolation[] =>
  violationIf(
    draft.type === 'graph' &&
      (stored?.type === 'pop3' || stored?.type === 'imap4') &&
      stored.hasPassword &&
      draft.password === undefined,
    'password',
    'type_switch',
    'The stored password would silently choose ROPC: clear it (null) for client credentials, or enter the one for ROPC.',
  );

/** A stored secret goes only where it was entered for (spec §2), also in a test: elsewhere somebody else could read it. */
const checkSecretPlace = (draft: MailboxDraft, stored: StoredMailbox | undefined): readonly MailboxRuleViolation[] => {
  if (stored === undefined || isSameSecretPlace(draft, stored)) return [];
  const kept = [
    ...(stored.hasPassword && draft.password === undefined ? (['password'] as const) : []),
    ...(stored.hasClientSecret && draft.clientSecret === undefined ? (['clientSecret'] as const) : []),
  ];
  return kept
    .filter((field) => presence[draft.type][field] !== 'unused')
    .filter((field) => field !== 'password' || checkTypeSwitch(draft, stored).length === 0)
    .flatMap((field) =>
      violationIf(
        true,
        field,
        'other_place',
        `The stored ${fieldLabels[field]} was entered for another server, port, encryption, login, application or directory: enter it again.`,
      ),
    );
};

const checkMasks = (draft: MailboxDraft): readonly MailboxRuleViolation[] =>
  (['password', 'clientSecret'] as const).flatMap((field) =>
    violationIf(
      draft[field] === secretMask,
      field,
      'masked',
      `${secretMask} stands for the stored ${fieldLabels[field]}: leave the field out to keep it, or enter a new one.`,
    ),
  );

const checkSecretExpiry = (draft: MailboxDraft, stored: StoredMailbox | undefined): readonly MailboxRuleViolation[] => {
  const { secretExpiresAt } = draft;
  if (secretExpiresAt === null) return [];
  return [
    ...violationIf(
      !isDay(secretExpiresAt),
      'secretExpiresAt',
      'format',
      'Secret expires at is a day of the calendar, such as 2027-03-31.',
    ),
    ...violationIf(
      !isSet(draft, stored, 'password') && !isSet(draft, stored, 'clientSecret'),
      'secretExpiresAt',
      'unused',
      'There is neither a Password nor a Client Secret that could expire: enter one, or clear the date (null).',
    ),
  ];
};

const checkServer = (draft: MailboxDraft): readonly MailboxRuleViolation[] => {
  const { type, mailServer, port } = draft;
  if (type === 'graph') return [];
  const portRange = violationIf(
    port !== null && !(Number.isInteger(port) && port >= 1 && port <= 65535),
    'port',
    'range',
    'Port is a whole number from 1 to 65535.',
  );
  if (type === 'office365')
    return [
      ...violationIf(
        mailServer !== null && mailServer.toLowerCase() !== office365Server,
        'mailServer',
        'fixed',
        `The Mail Server of Office 365 is ${office365Server}: leave the field empty.`,
      ),
      ...(portRange.length > 0
        ? portRange
        : violationIf(
            port !== null && port !== 993,
            'port',
            'fixed',
            'The Port of Office 365 is 993: leave it empty.',
          )),
    ];
  return [
    ...portRange,
    ...violationIf(
      mailServer !== null && mailServer !== '' && !isHost(mailServer),
      'mailServer',
      'format',
      'Mail Server is a host name or an IP address, without protocol and without port: the port has its own field.',
    ),
  ];
};

const isHost = (text: string): boolean => isDomain(text) || /^(?=.*:.*:)[\da-f:.]{2,45}$/i.test(text);

const checkEncryption = ({ type, sslTls, startTls }: MailboxDraft): readonly MailboxRuleViolation[] => {
  switch (type) {
    case 'pop3':
    case 'imap4':
      return violationIf(
        sslTls && startTls,
        'startTls',
        'exclusive',
        'StartTLS begins in clear text, SSL/TLS does not: switch one of them off.',
      );
    case 'office365':
      return [
        ...violationIf(!sslTls, 'sslTls', 'fixed', 'Office 365 needs SSL/TLS: switch it on.'),
        ...violationIf(startTls, 'startTls', 'fixed', 'Office 365 has no StartTLS: switch it off.'),
      ];
    case 'graph':
      return [
        ...violationIf(sslTls, 'sslTls', 'fixed', 'Microsoft Graph is HTTPS already: switch SSL/TLS off.'),
        ...violationIf(startTls, 'startTls', 'fixed', 'Microsoft Graph has no StartTLS: switch it off.'),
      ];
  }
};

const checkAddresses = (draft: MailboxDraft): readonly MailboxRuleViolation[] => {
  const { address, login, redirectUnknownEmailsTo: redirect, trustedSenders } = draft;
  const strange = trustedSenders.filter((entry) => !(entry.includes('@') ? isMailAddress(entry) : isDomain(entry)));
  return [
    // A login that is no address (`support`) is a login all the same: only an address that somebody entered is judged.
    ...violationIf(
      address !== null && address !== login?.toLowerCase() && !isMailAddress(address),
      'address',
      'format',
      'Address is one mail address, such as support@example.com.',
    ),
    ...violationIf(
      redirect !== null && !isMailAddress(redirect),
      'redirectUnknownEmailsTo',
      'format',
      'Redirect Unknown Emails to is one mail address, such as desk@example.com.',
    ),
    ...violationIf(
      redirect !== null && redirect.toLowerCase() === (address ?? login)?.toLowerCase(),
      'redirectUnknownEmailsTo',
      'exclusive',
      'Redirect Unknown Emails to is this mailbox itself: mails would go round in circles. Enter another address.',
    ),
    ...violationIf(
      strange.length > 0,
      'trustedSenders',
      'format',
      `Trusted Senders are addresses (nagios@example.com) or domains (example.com), not: ${strange.slice(0, 5).join(', ')}.`,
    ),
  ];
};

const checkSenderAuthentication = ({
  senderAuthentication,
  authenticationServers,
}: MailboxDraft): readonly MailboxRuleViolation[] => {
  const strange = authenticationServers.filter((server) => server !== '-' && !isDomain(server));
  const byServer = senderAuthentication === 'authentication-results';
  return [
    ...violationIf(
      byServer && authenticationServers.length === 0,
      'authenticationServers',
      'required',
      'Authentication Servers is required with authentication-results: enter the name that your receiving server writes first in Authentication-Results, or - where it writes none (Exchange Online).',
    ),
    ...violationIf(
      !byServer && authenticationServers.length > 0,
      'authenticationServers',
      'unused',
      'Authentication Servers belongs to the Sender Authentication authentication-results: choose it, or clear the list.',
    ),
    ...violationIf(
      strange.length > 0,
      'authenticationServers',
      'format',
      `Authentication Servers are names such as mx.example.com, or -, not: ${strange.slice(0, 5).join(', ')}.`,
    ),
  ];
};

const checkExchangeInternal = ({
  type,
  exchangeInternal,
  ownDomains,
  senderAuthentication,
}: MailboxDraft): readonly MailboxRuleViolation[] => {
  const strange = ownDomains.filter((domain) => !isDomain(domain));
  return [
    ...violationIf(
      exchangeInternal && type !== 'office365' && type !== 'graph',
      'exchangeInternal',
      'unsupported',
      'Internal mail of Exchange can be told in its own mailboxes alone: choose Type Office 365 or Graph, or switch it off.',
    ),
    ...violationIf(
      exchangeInternal && senderAuthentication === 'off',
      'exchangeInternal',
      'exclusive',
      'Internal mail of Exchange is a proof beside another one: choose a Sender Authentication, or switch it off.',
    ),
    ...violationIf(
      exchangeInternal && ownDomains.length === 0,
      'ownDomains',
      'required',
      'Own Domains is required with internal mail of Exchange: enter the domains whose mail may be internal.',
    ),
    ...violationIf(
      !exchangeInternal && ownDomains.length > 0,
      'ownDomains',
      'unused',
      'Own Domains belongs to internal mail of Exchange: switch that on, or clear the list.',
    ),
    ...violationIf(
      strange.length > 0,
      'ownDomains',
      'format',
      `Own Domains are domains such as example.com, not: ${strange.slice(0, 5).join(', ')}.`,
    ),
  ];
};

const checkAfterProcessing = ({
  type,
  afterProcessing,
  moveToFolder,
}: MailboxDraft): readonly MailboxRuleViolation[] => {
  if (afterProcessing === 'delete') return [];
  if (type === 'pop3')
    return violationIf(true, 'afterProcessing', 'unsupported', 'POP3 has no folders: choose delete, or Type IMAP4.');
  return violationIf(
    moveToFolder === null || moveToFolder.trim() === '',
    'moveToFolder',
    'required',
    'After Processing “move” needs the folder to move to: enter it.',
  );
};

const checkPush = ({ type, push }: MailboxDraft): readonly MailboxRuleViolation[] =>
  violationIf(
    push && type !== 'imap4' && type !== 'office365',
    'push',
    'unsupported',
    'Push is IMAP IDLE, which POP3 and Microsoft Graph do not have: switch it off, or choose Type IMAP4 or Office 365.',
  );

const checkSendVia = ({ type, sendVia }: MailboxDraft): readonly MailboxRuleViolation[] =>
  violationIf(
    sendVia === 'mailbox' && type !== 'office365' && type !== 'graph',
    'sendVia',
    'unsupported',
    'POP3 and IMAP do not send: choose the SMTP server of the agent, or Type Office 365 or Microsoft Graph.',
  );

const checkNumbers = ({ readIntervalMinutes, maxMessageBytes }: MailboxDraft): readonly MailboxRuleViolation[] => [
  ...violationIf(
    !(readIntervalMinutes > 0 && readIntervalMinutes <= maxReadIntervalMinutes),
    'readIntervalMinutes',
    'range',
    `Read Interval is more than 0 and at most ${maxReadIntervalMinutes} minutes; a fraction is allowed.`,
  ),
  ...violationIf(
    !(Number.isInteger(maxMessageBytes) && maxMessageBytes >= 1 && maxMessageBytes <= maxMessageBytesAllowed),
    'maxMessageBytes',
    'range',
    `Max Message Size is a whole number of bytes from 1 to ${maxMessageBytesAllowed}.`,
  ),
];
