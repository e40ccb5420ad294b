import type { Message } from '../../src/domain/messages/message.ts';
import { defaultMimeLimits } from '../../src/mail/mime/parts/mime-limits.ts';
import { parseMime, type MimeReading } from '../../src/mail/mime/mime-parse.ts';
import { readFixture } from './fixtures.ts';

export type Read = Extract<MimeReading, { ok: true }>;

/** Reads what must be readable. */
export const read = async (raw: Uint8Array): Promise<Read> => {
  const reading = await parseMime(raw, defaultMimeLimits);
  if (!reading.ok) throw new Error(`not read: ${reading.explanation}`);
  return reading;
};

export const readMessageFixture = async (name: string): Promise<Message> =>
  (await read(await readFixture(name))).message;

/** A mail from its header lines and its text, on the wire's line ends. */
export const mail = (headers: readonly string[], body = 'text'): Buffer =>
  Buffer.from([...headers, '', body].join('\n').replace(/\r?\n/g, '\r\n'));
