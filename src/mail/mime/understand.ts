import type { ReadMail, UnreadMail } from '../../domain/handling/judge.ts';
import { headOf } from '../../instructions/mail-head.ts';
import { maskTokens } from '../../instructions/mask-tokens.ts';
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
  const read = readInstruction(message.text, options, headOf(message));
  return {
    ok: true,
    message: { ...message, subject: maskTokens(message.subject) },
    instruction: {
      ...read,
      bodyWithoutInstructions: maskTokens(read.bodyWithoutInstructions),
      ownBody: maskTokens(read.ownBody ?? read.bodyWithoutInstructions),
    },
    contentKey: contentKey(message),
    contents,
    replyText: maskTokens(read.ownBody ?? read.bodyWithoutInstructions),
  };
};
