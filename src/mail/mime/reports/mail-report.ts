import { isDaemon } from '../../../domain/handling/automatic.ts';
import { isMailAddress } from '../../../domain/messages/address.ts';
import type { MailFate, MailReport, ReportedRecipient } from '../../../domain/messages/mail-report.ts';
import { headerValues, type HeaderField } from '../../../domain/messages/message.ts';
import { headerBlockEnd, messageIds, readHeaderFields } from '../encoding/mime-header.ts';
import { allParts, type Part } from '../parts/mime-parts.ts';
import { readBounceText } from './bounce-text.ts';

/** What a report is told by. */
interface ReportingMail {
  readonly root: Part;
  readonly headers: readonly HeaderField[];
  readonly text: string;
  /** Addresses of the report itself: whom it came from, and the agent's own mailbox that it came to. */
  readonly own: ReadonlySet<string>;
}

/** Bytes of a part that are looked at; a report on a hundred recipients is shorter. */
const maxLook = 64 * 1024;
const maxRecipients = 100;

/**
 * Reads what a report says, in whatever form a mail server writes it: parts by the standards (RFC 3464, RFC 8098, RFC 6533) anywhere in
 * the mail, or text alone (QSBMF, Exim, Exchange, Notes). Null for a mail that is no report. An attached message is none of its parts: who
 * forwards a report does not report.
 */
export const readReport = ({ root, headers, text, own }: ReportingMail): MailReport | null => {
  const parts = allParts(root);
  const fromServer = isFromServer(headers);
  const statuses = parts.filter(
    (part) => isStatus(part) || (fromServer && part.children.length === 0 && looksLikeStatus(part)),
  );
  const isStandard = statuses.some(isStatus) || parts.some(({ contentType }) => contentType === 'multipart/report');
  if (!isStandard && !fromServer) return null;
  const blocks = statuses.flatMap(({ content }) => fieldBlocks(content));
  const said = readBounceText(text.slice(0, maxLook));
  const returned = parts.find((part) => part !== root && isReturned(part));
  const returnedHeaders = returned === undefined ? said.returnedHeaders : headerOf(returned.content);
  const values = (name: string): readonly string[] => blocks.flatMap((block) => headerValues({ headers: block }, name));
  const named = blocks.flatMap(recipientOf);
  const failed = headerValues({ headers }, 'x-failed-recipients').flatMap((value) => value.split(','));
  const guessed = [
    ...said.recipients,
    ...failed.map((address) => ({ address, status: null, diagnostic: null })),
  ].flatMap(({ address, ...rest }) => {
    const plain = address.trim().toLowerCase();
    return isMailAddress(plain) && !own.has(plain) ? [{ address: plain, ...rest }] : [];
  });
  return {
    fate: worst(blocks.flatMap(fateOf)) ?? (fromServer ? said.fate : 'answered'),
    messageIds: [
      ...new Set([
        ...messageIds([...values('original-message-id'), ...values('x-original-message-id')]),
        ...messageIds(headerValues({ headers: returnedHeaders }, 'message-id')),
        ...messageIds(
          ['in-reply-to', 'references', 'x-original-message-id'].flatMap((name) => headerValues({ headers }, name)),
        ),
      ]),
    ],
    envelopeId: values('original-envelope-id').map(decodeXtext)[0] ?? null,
    recipients: distinct(named.length > 0 ? named : guessed).slice(0, maxRecipients),
    returnedHeaders,
  };
};

/** A mail server wrote it, by its From, by what it marks its reports with, or by the empty return path that it must have (RFC 5321 §4.5.5). */
const isFromServer = (headers: readonly HeaderField[]): boolean =>
  headerValues({ headers }, 'x-failed-recipients').length > 0 ||
  headerValues({ headers }, 'from').some(
    (from) =>
      /(?:mail delivery (?:sub)?system|mailer-daemon|postmaster)/iu.test(from.slice(0, 500)) ||
      from.split(/[\s<>()",;]+/u).some((word) => word.includes('@') && isDaemon(word)),
  ) ||
  /^<\s*>/.test(headerValues({ headers }, 'return-path')[0] ?? '');

const isStatus = ({ contentType }: Part): boolean =>
  /^message\/(?:global-)?(?:delivery-status|disposition-notification)$/.test(contentType);

/** The same fields, in a part that a gateway gave another type. */
const looksLikeStatus = ({ content }: Part): boolean =>
  /^(?:final-recipient|original-recipient|reporting-mta)[ \t]*:/im.test(
    Buffer.from(content.subarray(0, maxLook)).toString('latin1'),
  );

const isReturned = ({ contentType }: Part): boolean =>
  /^(?:message\/(?:rfc822|global)|text\/rfc822|(?:text|message)\/(?:rfc822|global)-headers)$/.test(contentType);

const headerOf = (content: Uint8Array): readonly HeaderField[] => {
  const look = content.subarray(0, maxLook);
  return readHeaderFields(look.subarray(0, headerBlockEnd(look, maxLook) ?? maxLook));
};

const fieldBlocks = (content: Uint8Array): readonly (readonly HeaderField[])[] =>
  Buffer.from(content.subarray(0, maxLook))
    .toString('latin1')
    .split(/\n[ \t\r]*\n/)
    .map((block) => readHeaderFields(Buffer.from(block.replace(/^\s*\n/, ''), 'latin1')));

const recipientOf = (headers: readonly HeaderField[]): readonly ReportedRecipient[] => {
  const value = (name: string): string | undefined => headerValues({ headers }, name)[0];
  const address = typedAddress(value('original-recipient')) ?? typedAddress(value('final-recipient'));
  return address === null
    ? []
    : [
        {
          address,
          status: /[245]\.\d{1,3}\.\d{1,3}/.exec(value('status') ?? '')?.[0] ?? null,
          diagnostic: value('diagnostic-code')?.slice(0, 500) ?? null,
        },
      ];
};

/** `rfc822; address`, the type left out by some, the address in brackets by others. */
const typedAddress = (value: string | undefined): string | null => {
  const address = (value ?? '')
    .replace(/^[^;]*;/u, '')
    .replace(/[<>\s]/gu, '')
    .toLowerCase();
  return isMailAddress(address) ? address : null;
};

const fateOf = (headers: readonly HeaderField[]): readonly MailFate[] => {
  const action = headerValues({ headers }, 'action')[0]?.trim().toLowerCase();
  if (action !== undefined) return [fates.find((fate) => action.startsWith(fate)) ?? 'answered'];
  const disposition = headerValues({ headers }, 'disposition')[0]?.split(';')[1]?.trim().toLowerCase();
  if (disposition === undefined) return [];
  if (disposition.startsWith('display') || disposition.startsWith('read')) return ['read'];
  return [disposition.startsWith('delete') ? 'deleted' : 'answered'];
};

/** The worst first. */
const fates: readonly MailFate[] = [
  'failed',
  'delayed',
  'deleted',
  'answered',
  'expanded',
  'relayed',
  'delivered',
  'read',
];

const worst = (found: readonly MailFate[]): MailFate | undefined => fates.find((fate) => found.includes(fate));

/** RFC 3461 §4: `+41` is a letter A. */
const decodeXtext = (value: string): string =>
  value
    .trim()
    .slice(0, 500)
    .replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const distinct = (recipients: readonly ReportedRecipient[]): readonly ReportedRecipient[] =>
  [...new Map(recipients.toReversed().map((one) => [one.address, one])).values()].toReversed();
