import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { ReadOptions } from '../../instructions/read-instruction.ts';
import type { MimeLimits } from './parts/mime-limits.ts';
import { notRead, parseMime, type MimeReading } from './mime-parse.ts';
import { type MailView, viewOf } from './mail-view.ts';
import { understand, type Understanding } from './understand.ts';
import type { ThreadTask } from './threads.ts';

/** One message for the worker thread. */
export interface MimeTask {
  readonly raw: Uint8Array;
  readonly limits: MimeLimits;
}

/** Runs in a worker thread of `mime.ts`. The contents are handed over, not copied. */
export const readMime = async ({ raw, limits, begun }: ThreadTask<MimeTask>): Promise<unknown> => {
  begun.postMessage(null);
  const reading = await readOrExplain(raw, limits);
  if (!reading.ok) return reading;
  const contents = new Map(Array.from(reading.contents, ([sha256, bytes]) => [sha256, ownBuffer(bytes)]));
  const buffers = Array.from(contents.values(), (bytes) => bytes.buffer);
  return move({ [transferableSymbol]: buffers, [valueSymbol]: { ...reading, contents } });
};

/** One stored message, for the worker thread. */
export interface ViewTask extends MimeTask {
  readonly readOptions: ReadOptions;
}

/** Runs in a worker thread of `mail-viewer.ts`. */
export const viewMail = async ({ raw, limits, readOptions, begun }: ThreadTask<ViewTask>): Promise<MailView | null> => {
  begun.postMessage(null);
  return viewOf(await readOrExplain(raw, limits), readOptions);
};

/** Runs in a worker thread of `mail-viewer.ts`. The contents stay there. */
export const understandMail = async ({
  raw,
  limits,
  readOptions,
  begun,
}: ThreadTask<ViewTask>): Promise<Understanding> => {
  begun.postMessage(null);
  const understanding = understand(await readOrExplain(raw, limits), readOptions);
  return understanding.ok ? { ...understanding, contents: new Map() } : understanding;
};

const readOrExplain = async (raw: Uint8Array, limits: MimeLimits): Promise<MimeReading> => {
  try {
    return await parseMime(raw, limits);
  } catch (error) {
    // The library's words may quote the message; its class does not.
    const kind = error instanceof Error ? error.name : 'unknown';
    return notRead(raw, 'unreadable', `The parser gave up on this message (${kind}).`);
  }
};

/** Small buffers share their memory with others, which must not go with them. */
const ownBuffer = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength && bytes.byteLength > 0 ? bytes : new Uint8Array(bytes);
