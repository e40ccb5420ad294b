import type { ReadMail, UnreadMail } from '../../domain/handling/judge.ts';
import { headOf } from '../../instructions/mail-head.ts';
import { createHash } from 'node:crypto';
import type { Attachment } from '../../domain/messages/message.ts';
import { maskTokens, maskTokensIn } from '../../instructions/mask-tokens.ts';
import { readInstruction, type ReadOptions } from '../../instructions/read-instruction.ts';
import { contentKey } from './content-key.ts';
import type { MimeReading } from './mime-parse.ts';

/** A mail that was understood, as data: it may come from another thread. */
export interface UnderstoodMail extends ReadMail {
  readonly contentKey: string | null;
  /** Bytes of the attachments by SHA-256. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** What the sender wrote, without what it quotes, which a plan may keep as a document; tokens in it are masked. */
  readonly replyText: string;
}

/** A mail that is not looked into, with what its header tells all the same. */
export interface RefusedMail extends UnreadMail {
  readonly subject: string | null;
  readonly from: string | null;
  readonly messageId: string | null;
}

export type Understanding = UnderstoodMail | RefusedMail;

/** What a mail says: its instruction, and what tells it from others. The first step after MIME, in production as in a dry run. */
export const understand = (reading: MimeReading, options: ReadOptions): Understanding => {
  if (!reading.ok) return reading;
  const { message, contents } = reading;
  const documents = maskedDocuments(message.attachments, contents);
  const read = readInstruction(message.text, options, headOf(message));
  return {
    ok: true,
    message: { ...message, subject: maskTokens(message.subject), attachments: documents.attachments },
    instruction: {
      ...read,
      bodyWithoutInstructions: maskTokens(read.bodyWithoutInstructions),
      ownBody: maskTokens(read.ownBody ?? read.bodyWithoutInstructions),
    },
    contentKey: contentKey(message),
    contents: documents.contents,
    replyText: maskTokens(read.ownBody ?? read.bodyWithoutInstructions),
  };
};

/** Attachments that are text or mails with their tokens masked: whoever may see a document may not see what decides for another. */
const maskedDocuments = (
  attachments: readonly Attachment[],
  contents: ReadonlyMap<string, Uint8Array>,
): { readonly attachments: readonly Attachment[]; readonly contents: ReadonlyMap<string, Uint8Array> } => {
  const kept = new Map(contents);
  const masked = attachments.map((attachment) => {
    const bytes = isReadable(attachment) ? contents.get(attachment.sha256) : undefined;
    const without = bytes === undefined ? undefined : maskTokensIn(bytes);
    if (without === undefined || without === bytes) return attachment;
    const sha256 = createHash('sha256').update(without).digest('hex');
    kept.set(sha256, without);
    return { ...attachment, sha256 };
  });
  return { attachments: masked, contents: kept };
};

const isReadable = ({ name, contentType }: Attachment): boolean =>
  /^(?:text|message)\//u.test(contentType) || /\.(?:eml|html?|txt|msg|mht(?:ml)?)$/iu.test(name);
