import type { RejectionReason } from '../messages/disposition.ts';
import { headerValues, type Message } from '../messages/message.ts';
import type { Policy } from './policy.ts';
import { loopHeader } from '../messages/loop-header.ts';
import {
  isAutoReply,
  isDaemon,
  isExchangeAnswer,
  isFromMailbox,
  isRewrittenByList,
  keyword,
  responderMark,
} from './automatic.ts';
import { isTrustedSender } from '../mailboxes/trusted-senders.ts';

type ScreenReason = Extract<RejectionReason, 'auto_reply' | 'report' | 'null_return_path' | 'own_mail'>;

/** A rule by which a message is rejected before its text is looked at (spec §4). */
interface Rule {
  readonly name: string;
  readonly reason: ScreenReason;
  /** The policy's switch for the rule; a rule without one always holds. */
  readonly switchedOn?: (policy: Policy) => boolean;
  /** What was found, for the sentence to the administrator; null when the rule does not apply. */
  readonly find: (message: Message, policy: Policy) => string | null;
}

/** In this order: the first that applies gives the reason. What tells most comes first: a bounce mostly has no return path, too. */
export const screenRules: readonly Rule[] = [
  {
    name: 'report part',
    reason: 'report',
    find: ({ partTypes }) => partTypes.find((type) => reportTypes.has(type)) ?? null,
  },
  {
    name: 'report-type parameter',
    reason: 'report',
    find: (message) =>
      first(headerValues(message, 'content-type'), (value) => {
        const [, type = ''] = /;\s*report-type\s*=\s*"?([a-z-]+)/i.exec(value) ?? [];
        return reportNames.has(type.toLowerCase()) ? `report-type=${type}` : null;
      }),
  },
  {
    name: 'Auto-Submitted: auto-replied',
    reason: 'auto_reply',
    find: (message) => autoSubmitted(message, isAutoReply),
  },
  {
    name: 'own header',
    reason: 'own_mail',
    find: (message) => (headerValues(message, loopHeader.toLowerCase()).length > 0 ? loopHeader : null),
  },
  {
    // Microsoft Graph sends no field that begins with X-.
    name: 'own Message-ID',
    reason: 'own_mail',
    find: ({ isOwn, messageId }) => (isOwn ? (messageId ?? '') : null),
  },
  {
    name: 'own address',
    reason: 'own_mail',
    find: (message, policy) =>
      isFromMailbox(message, policy) && !isRewrittenByList(message) ? `From: ${policy.mailboxAddress}` : null,
  },
  {
    // RFC 5436 §2.7.1: a filter of somebody's tells that a mail came in; like a reply, it answers another mail by itself.
    name: 'Auto-Submitted: auto-notified',
    reason: 'auto_reply',
    switchedOn: (policy) => policy.rejectAutoResponders,
    find: (message) => autoSubmitted(message, (word) => word === 'auto-notified'),
  },
  {
    name: "a responder's own mark",
    reason: 'auto_reply',
    switchedOn: (policy) => policy.rejectAutoResponders,
    find: responderMark,
  },
  {
    name: 'bounce without a report',
    reason: 'report',
    switchedOn: (policy) => policy.rejectNullReturnPath,
    find: (message) =>
      message.from.find(({ address }) => isDaemon(address))?.address ??
      (headerValues(message, 'x-failed-recipients').length > 0 ? 'X-Failed-Recipients' : null) ??
      first(headerValues(message, 'from'), (value) =>
        /^\s{0,9}"?(?:mail delivery (?:sub)?system|mailer-daemon|postmaster)"?\s{0,9}(?:<\s{0,9}>)?\s{0,9}$/iu.test(
          value,
        )
          ? value.trim()
          : null,
      ),
  },
  {
    name: 'empty Return-Path',
    reason: 'null_return_path',
    switchedOn: (policy) => policy.rejectNullReturnPath,
    // The topmost one is the receiving server's (RFC 5321 §4.4).
    find: (message) => (/^<\s*>/.test(headerValues(message, 'return-path')[0] ?? '') ? 'Return-Path: <>' : null),
  },
  {
    name: "Exchange's out-of-office answer",
    reason: 'auto_reply',
    switchedOn: (policy) => policy.rejectAutoResponders,
    find: (message, { trustedSenders }) =>
      isExchangeAnswer(message) && !message.from.some(({ address }) => isTrustedSender(address, trustedSenders))
        ? 'X-Auto-Response-Suppress with In-Reply-To'
        : null,
  },
];

/** Why the message is rejected before its text is looked at; null when it is not. */
export const screen = (
  message: Message,
  policy: Policy,
): { readonly reason: ScreenReason; readonly explanation: string } | null => {
  for (const { reason, switchedOn, find } of screenRules) {
    const found = switchedOn?.(policy) === false ? null : find(message, policy);
    if (found !== null) return { reason, explanation: `${meanings[reason]} (${found}). No ticket is made of it.` };
  }
  return null;
};

/** RFC 6522; RFC 3464, RFC 8098 and their international forms, RFC 6533. */
const reportTypes = new Set([
  'multipart/report',
  'message/delivery-status',
  'message/disposition-notification',
  'message/global-delivery-status',
  'message/global-disposition-notification',
]);

const reportNames = new Set(['delivery-status', 'disposition-notification']);

const autoSubmitted = (message: Message, isWanted: (word: string) => boolean): string | null =>
  first(headerValues(message, 'auto-submitted'), (value) =>
    isWanted(keyword(value)) ? `Auto-Submitted: ${keyword(value)}` : null,
  );

const first = <T>(items: readonly T[], find: (item: T) => string | null): string | null => {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
};

const meanings: Readonly<Record<ScreenReason, string>> = {
  auto_reply: 'The mail is an automatic reply',
  report: 'The mail is a delivery report or a read receipt',
  null_return_path: 'The mail was sent by a program that takes no answers',
  own_mail: 'The mail was sent by the agent itself',
};
