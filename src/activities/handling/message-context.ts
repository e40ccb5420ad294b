import type { ApplyContext } from '../../db/handling/apply-context.ts';
import type { FactsRequest } from '../../db/handling/facts.ts';
import type { PendingMessage } from '../../db/messages/ledger.ts';
import type { Answer } from '../../domain/handling/answer.ts';
import { factsQueryFor, soleSender } from '../../domain/handling/facts-query.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { UnderstoodMail, Understanding } from '../../mail/mime/understand.ts';
import type { ReadMessage } from './read-message.ts';

/** What is to be known before a message can be judged. */
export const factsRequestOf = (
  mailbox: Mailbox,
  { arrivedAt, releasedCategoryId, vouched }: PendingMessage,
  { message, instruction, contentKey }: UnderstoodMail,
  { senderAuthentication }: ReadMessage,
  now: string,
): FactsRequest => ({
  ...{ lookups: factsQueryFor(message, instruction), contentKey, senderAuthentication },
  ...{ mailbox, arrivedAt, releasedCategoryId, vouched, now },
});

interface Judged {
  readonly mailbox: Mailbox;
  readonly messageId: number;
  readonly read: ReadMessage;
  readonly answer: Answer | null;
  readonly about: string | null;
  readonly now: string;
  readonly timeZone: string;
}

/** What applying its plan needs of a message. */
export const contextOf = ({ read, ...judged }: Judged): ApplyContext => ({
  ...judged,
  senderAuthentication: read.senderAuthentication,
  rules: read.rules,
  ...traitsOf(read.understanding),
});

/** Lower case; null when the mail has no one sender. */
export const senderOf = (mail: Understanding): string | null =>
  mail.ok ? (soleSender(mail.message)?.address.toLowerCase() ?? null) : mail.from;

type Traits = Pick<
  ApplyContext,
  'sender' | 'token' | 'subject' | 'messageIdHeader' | 'contentKey' | 'contents' | 'replyText'
>;

/** What ledger and ticket keep of a message, whatever the plan. */
const traitsOf = (mail: Understanding): Traits =>
  mail.ok
    ? {
        sender: senderOf(mail),
        token: mail.instruction.instruction.token,
        subject: mail.message.subject,
        messageIdHeader: mail.message.messageId,
        contentKey: mail.contentKey,
        contents: mail.contents,
        replyText: mail.replyText,
      }
    : {
        sender: senderOf(mail),
        token: null,
        subject: mail.subject,
        messageIdHeader: mail.messageId,
        contentKey: null,
        contents: new Map(),
        replyText: '',
      };
