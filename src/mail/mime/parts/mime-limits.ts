/** What a message may cost before it is refused unread (spec §11). Every bound is inclusive. */
export interface MimeLimits {
  /** Bytes of the header block of the message, and of each part; a line counts as at least 64 bytes. */
  readonly headerBytes: number;
  /** Parts, multiparts and the message itself included; an attached message is one part. */
  readonly parts: number;
  /** Multiparts within each other; the message itself is the first level. */
  readonly nesting: number;
  readonly attachments: number;
  /** Characters of all HTML that is to be turned into text. */
  readonly htmlCharacters: number;
  /** Bytes that a compressed part of the message may grow to. */
  readonly unpackedBytes: number;
}

export const defaultMimeLimits: MimeLimits = {
  headerBytes: 256 * 1024,
  parts: 200,
  nesting: 20,
  attachments: 100,
  htmlCharacters: 2 * 1024 * 1024,
  unpackedBytes: 25 * 1024 * 1024,
};

/** A message that is not read any further; the message of the error is a sentence for the administrator. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable';
  readonly reason: 'too_large' | 'unreadable';

  constructor(reason: 'too_large' | 'unreadable', explanation: string) {
    super(explanation);
    this.reason = reason;
  }
}
