import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { loopHeader } from '../../domain/messages/loop-header.ts';
import { isPlainAddress } from '../mime/mime-addresses.ts';

export interface Notice {
  /** The address that replies go to. */
  readonly from: string;
  readonly fromName: string;
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets, like the next two. The same for each attempt. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** An answer to one mail, rather than something that happened (RFC 3834 §5). */
  readonly isReply: boolean;
  readonly date: Date;
}

/** A mail of the agent's own (spec §4: marked as automatic). The same input gives the same bytes. Throws TypeError for a bad address. */
export const composeNotice = async (notice: Notice): Promise<Uint8Array> => {
  const { from, fromName, to, subject, text, html, messageId, inReplyTo, references, isReply, date } = notice;
  for (const address of [from, to]) {
    if (!isPlainAddress(address)) throw new TypeError(`not a plain mail address: ${JSON.stringify(address)}`);
  }
  const mail = new MailComposer({
    from: { name: fromName, address: from },
    to: { name: '', address: to },
    subject,
    messageId,
    ...(inReplyTo === null ? {} : { inReplyTo }),
    ...(references.length === 0 ? {} : { references: [...references] }),
    date,
    text,
    html,
    headers: {
      'Auto-Submitted': isReply ? 'auto-replied' : 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      [loopHeader]: from,
    },
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 32),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
};
