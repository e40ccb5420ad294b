import type { Message } from '../domain/messages/message.ts';
import type { MailHead } from './text/own-text.ts';

/**
 * The prefix that mail programs put before the subject of a reply or a forward, by its form and in any language: one short word, perhaps
 * with a count, and a colon. What lists and gateways put before it, in brackets, is skipped.
 */
const replyPrefix =
  /^[\s\p{Cf}]{0,8}(?:\[[^\]\n]{0,60}\][\s\p{Cf}]{0,8}){0,4}[\p{L}\p{M}.]{1,20}\s?(?:[[(^]?\s?\d{1,3}\s?[\])]?)?\s{0,2}[:：]/u;

export const headOf = ({
  from,
  subject,
  inReplyTo,
  references,
}: Pick<Message, 'from' | 'subject' | 'inReplyTo' | 'references'>): MailHead => ({
  from: from[0]?.address ?? null,
  subject,
  isReply: inReplyTo.length > 0 || references.length > 0 || replyPrefix.test(subject),
});
