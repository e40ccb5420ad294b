import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { loopHeader } from '../../domain/messages/loop-header.ts';
import { replyDivider } from '../../domain/messages/reply-divider.ts';
import type { Language } from '../../domain/outgoing/outgoing.ts';
import { mailPage } from './mail-page.ts';
import { repetitionHeader } from './repetition-header.ts';
import { isSendable } from './sendable.ts';

export interface OutgoingNotification {
  /** The address that replies go to. */
  readonly from: string;
  readonly fromName: string;
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Number of its ticket; null for none. */
  readonly ticketNumber: string | null;
  /** Of the line on top above which an answer is written. */
  readonly language: Language;
  /** With angle brackets, like the next two. The same for each attempt. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** An answer to one mail, rather than something that happened (RFC 3834 §5). */
  readonly isReply: boolean;
  /** It may have been sent before: the mail says so. */
  readonly isRepeated: boolean;
  readonly date: Date;
}

/** A mail of the agent's own (spec §4: marked as automatic). The same input gives the same bytes. Throws TypeError for a bad address. */
export const composeNotice = async (notice: OutgoingNotification): Promise<Uint8Array> => {
  const { from, fromName, to, subject, messageId, inReplyTo, references, isReply, isRepeated, date } = notice;
  for (const address of [from, to]) {
    if (!isSendable(address)) throw new TypeError(`not a plain mail address: ${JSON.stringify(address)}`);
  }
  const mail = new MailComposer({
    from: { name: fromName, address: from },
    to: { name: '', address: to },
    subject,
    messageId,
    ...(inReplyTo === null ? {} : { inReplyTo }),
    // A server that gives the mail another Message-ID leaves this one: replies name it.
    references: [...references, messageId],
    date,
    ...belowDivider(notice),
    headers: {
      'Auto-Submitted': isReply ? 'auto-replied' : 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      [loopHeader]: from,
      ...(isRepeated ? { [repetitionHeader]: 'possible' } : {}),
    },
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 32),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
};

const dividerWords: Readonly<Record<Language, string>> = {
  en: 'Please reply above this line',
  fr: 'Répondez au-dessus de cette ligne',
};

/** Both parts below the line that tells an answer from what it quotes (spec §5). */
const belowDivider = ({
  text,
  html: content,
  language,
  subject,
  fromName,
  ticketNumber,
}: OutgoingNotification): { readonly text: string; readonly html: string } => {
  const divider = replyDivider(dividerWords[language]);
  const head = ticketNumber === null ? fromName : `${fromName} · ${ticketNumber}`;
  const html = mailPage({ html: content, subject, language, head });
  const line = `<div class="quiet" style="color:#767676;font-size:12px">${divider}</div>\n`;
  const body = /<body\b[^<>]*>/iu.exec(html);
  const at = body === null ? 0 : body.index + body[0].length;
  return { text: `${divider}\n\n${text}`, html: `${html.slice(0, at)}${line}${html.slice(at)}` };
};
