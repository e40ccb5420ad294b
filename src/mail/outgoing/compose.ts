import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { loopHeader } from '../../domain/messages/loop-header.ts';
import { breakVariables } from '../../domain/outgoing/break-variables.ts';
import { repetitionHeader } from './repetition-header.ts';
import { replyDivider } from '../../domain/messages/reply-divider.ts';
import { isSendable } from './sendable.ts';

export interface Redirect {
  /** The mailbox's own address. */
  readonly from: string;
  /** Redirect Unknown Emails to. */
  readonly to: string;
  readonly original: Uint8Array;
  /** Decoded; empty when it has none. */
  readonly originalSubject: string;
  /** The unknown sender's address. */
  readonly originalFrom: string;
  /** With angle brackets. The same for each attempt, so that the receiver can tell a repetition. */
  readonly messageId: string;
  /** It may have been sent before: the mail says so. */
  readonly isRepeated: boolean;
  readonly date: Date;
}

/**
 * The mail that hands an unknown sender's message on, the original attached as it came (spec §7). The same input gives the
 * same bytes. Throws TypeError when `from` or `to` is not one plain address.
 */
export const composeRedirect = async (redirect: Redirect): Promise<Uint8Array> => {
  const { from, to, original, originalSubject, originalFrom, messageId, isRepeated, date } = redirect;
  for (const address of [from, to]) {
    if (!isSendable(address)) throw new TypeError(`not a plain mail address: ${JSON.stringify(address)}`);
  }
  const content = Buffer.from(original.buffer, original.byteOffset, original.byteLength);
  const mail = new MailComposer({
    from: { name: '', address: from },
    to: { name: '', address: to },
    // Who answers the mail answers the stranger, and not the agent.
    ...(isSendable(originalFrom) ? { replyTo: { name: '', address: originalFrom } } : {}),
    subject: `Fwd: ${breakVariables(originalSubject) || '(no subject)'}`,
    messageId,
    references: [messageId],
    date,
    text: [
      replyDivider('Please reply above this line'),
      '',
      `This mail came to ${from}. Its sender, ${originalFrom}, is not known there, so no ticket was made of it.`,
      'The original is attached as it came.',
      '',
    ].join('\n'),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      [loopHeader]: from,
      ...(isRepeated ? { [repetitionHeader]: 'possible' } : {}),
    },
    attachments: [
      fitsMessagePart(content)
        ? { contentType: 'message/rfc822', contentDisposition: 'attachment', filename: 'original.eml', content }
        : { contentType: 'application/octet-stream', filename: 'original.eml', content },
    ],
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 32),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
};

/** Lines longer than this do not pass SMTP (RFC 5321 §4.5.3.1.6), octets without CRLF. */
const maxLineLength = 998;

/** A message part may not be base64 (RFC 2046 §5.2.1): what needs it goes as a file. */
const fitsMessagePart = (content: Buffer): boolean => {
  if (content.includes(0)) return false;
  let start = 0;
  while (start < content.length) {
    const newline = content.indexOf('\n', start);
    const end = newline < 0 ? content.length : newline;
    const length = content[end - 1] === 0x0d ? end - 1 - start : end - start;
    if (length > maxLineLength) return false;
    start = end + 1;
  }
  return true;
};
