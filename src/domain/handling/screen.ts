import type { RejectionReason } from '../messages/disposition.ts';
import { headerValues, type Message } from '../messages/message.ts';
import type { Policy } from './policy.ts';
import { loopHeader } from '../messages/loop-header.ts';

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
    find: (message) => autoSubmitted(message, 'auto-replied'),
  },
  {
    name: 'own header',
    reason: 'own_mail',
    find: (message) => (headerValues(message, loopHeader.toLowerCase()).length > 0 ? loopHeader : null),
  },
  {
    name: 'own address',
    reason: 'own_mail',
    find: ({ from }, { mailboxAddress }) =>
      mailboxAddress !== '' && from.some(({ address }) => address === mailboxAddress.toLowerCase())
        ? `From: ${mailboxAddress}`
        : null,
  },
  {
    // RFC 5436 §2.7.1: a filter of somebody's tells that a mail came in; like a reply, it answers another mail by itself.
    name: 'Auto-Submitted: auto-notified',
    reason: 'auto_reply',
    switchedOn: (policy) => policy.rejectAutoResponders,
    find: (message) => autoSubmitted(message, 'auto-notified'),
  },
  {
    name: 'Precedence: auto_reply',
    reason: 'auto_reply',
    switchedOn: (policy) => policy.rejectAutoResponders,
    find: (message) =>
      first(headerValues(message, 'precedence'), (value) =>
        keyword(value) === 'auto_reply' ? 'Precedence: auto_reply' : null,
      ),
  },
  {
    name: 'X-Autoreply, X-Autorespond',
    reason: 'auto_reply',
    switchedOn: (policy) => policy.rejectAutoResponders,
    find: (message) =>
      first(['X-Autoreply', 'X-Autorespond'], (name) =>
        headerValues(message, name.toLowerCase()).some((value) => keyword(value) !== 'no') ? name : null,
      ),
  },
  {
    name: 'empty Return-Path',
    reason: 'null_return_path',
    switchedOn: (policy) => policy.rejectNullReturnPath,
    // The topmost one is the receiving server's (RFC 5321 §4.4).
    find: (message) => (/^<\s*>/.test(headerValues(message, 'return-path')[0] ?? '') ? 'Return-Path: <>' : null),
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

/** RFC 3834 §5: a keyword in any case, with comments around it and parameters behind. */
const autoSubmitted = (message: Message, wanted: string): string | null =>
  headerValues(message, 'auto-submitted').some((value) => keyword(value) === wanted)
    ? `Auto-Submitted: ${wanted}`
    : null;

const keyword = (value: string): string => {
  const [word = ''] = withoutComments(value).split(';');
  return word.trim().toLowerCase();
};

/** RFC 5322 §3.2.2: comments nest. */
const withoutComments = (value: string): string => {
  let depth = 0;
  let rest = '';
  for (const character of value) {
    if (character === '(') depth += 1;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) rest += character;
  }
  return rest;
};

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
