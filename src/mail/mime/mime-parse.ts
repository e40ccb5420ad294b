import { createHash } from 'node:crypto';
import libmime from 'libmime';
import { cleanFileName } from '../../domain/messages/file-name.ts';
import { headerValues, type Attachment, type HeaderField, type Message } from '../../domain/messages/message.ts';
import { openContainers } from './containers/containers.ts';
import { fromAddresses, parsedAddresses, strictFrom } from './mime-addresses.ts';
import { decodePhrase, headerBlockEnd, headerDate, messageIds, readHeaderFields } from './encoding/mime-header.ts';
import { NotReadable, type MimeLimits } from './parts/mime-limits.ts';
import { repairMail } from './mime-repair.ts';
import { allParts, splitParts, type Part } from './parts/mime-parts.ts';
import { readBody } from './mime-text.ts';
import { readReport } from './reports/mail-report.ts';
import { readingNotices } from './reading-notices.ts';

/** A message understood as MIME, or why it was not, with what its header tells all the same. */
export type MimeReading =
  | {
      readonly ok: true;
      readonly message: Message;
      /** The attachments' decoded bytes by their `sha256`. */
      readonly contents: ReadonlyMap<string, Uint8Array>;
    }
  | {
      readonly ok: false;
      readonly reason: 'too_large' | 'unreadable';
      /** A sentence for the administrator. */
      readonly explanation: string;
      readonly subject: string | null;
      /** The sender's address where the header names one beyond doubt. */
      readonly from: string | null;
      readonly messageId: string | null;
    };

/** Reads a message in this thread. Throws what the libraries throw on hostile input: for use in the worker thread of `mime.ts`. */
export const parseMime = async (raw: Uint8Array, limits: MimeLimits): Promise<MimeReading> => {
  try {
    return await parse(raw, limits);
  } catch (error) {
    if (error instanceof NotReadable) return notRead(raw, error.reason, error.message);
    throw error;
  }
};

/** A reading that failed, with what the first bytes of the header tell. Cheap, and never throws. */
export const notRead = (
  raw: Uint8Array,
  reason: 'too_large' | 'unreadable',
  explanation: string,
): Extract<MimeReading, { ok: false }> => {
  const look = raw.subarray(0, rescueBytes);
  const headers = readHeaderFields(look.subarray(0, headerBlockEnd(look, rescueBytes) ?? rescueBytes));
  const subject = headerValues({ headers }, 'subject')[0];
  return {
    ok: false,
    reason,
    explanation,
    subject: subject === undefined ? null : decodePhrase(subject),
    from: strictFrom(headerValues({ headers }, 'from'))?.address ?? null,
    messageId: messageIds(headerValues({ headers }, 'message-id'))[0] ?? null,
  };
};

const rescueBytes = 64 * 1024;

const parse = async (octets: Uint8Array, limits: MimeLimits): Promise<MimeReading> => {
  const { raw, header, repaired } = repairMail(octets);
  const headerEnd = headerBlockEnd(raw, limits.headerBytes);
  if (headerEnd === null || (header?.byteLength ?? 0) > limits.headerBytes)
    throw new NotReadable('too_large', `The header of the message is longer than ${limits.headerBytes} bytes.`);
  const { root, ...opened } = await openContainers(await splitParts(raw, limits), limits, splitInner);
  const body = readBody(root, limits);
  const headers = readHeaderFields(header ?? raw.subarray(0, headerEnd), body.charset);
  const documents = [...leaves(root).filter((part) => !body.parts.has(part)), ...body.pictures];
  // A report is told by its type alone, and rejected.
  if (documents.length === 0 && body.parts.size === 0 && root.contentType !== 'multipart/report')
    throw new NotReadable(
      'unreadable',
      `The message says that it is ${root.contentType}, but no part of it was found.`,
    );
  if (documents.length > limits.attachments)
    throw new NotReadable('too_large', `The message has more than ${limits.attachments} attachments.`);
  const contents = new Map<string, Uint8Array>();
  const attachments = documents.map((part, index): Attachment => {
    const sha256 = createHash('sha256').update(part.content).digest('hex');
    contents.set(sha256, part.content);
    return {
      name: documentName(part, index + 1),
      contentType: part.contentType,
      size: part.content.byteLength,
      sha256,
      inline: body.pictures.includes(part) || (part.contentId !== null && body.contentIds.has(part.contentId)),
    };
  });
  const facts = headerFacts(headers);
  const own = new Set([...facts.from, ...facts.to].map(({ address }) => address));
  return {
    ok: true,
    message: {
      ...facts,
      text: body.text,
      headers,
      attachments,
      report: readReport({ root, headers, text: body.text, own }),
      notices: readingNotices({ root, body, repaired, ...opened }),
      partTypes: allParts(root).map((part) => part.contentType),
    },
    contents,
  };
};

/** A message inside a container is as badly made as any. */
const splitInner = (raw: Uint8Array, limits: MimeLimits): Promise<Part> => splitParts(repairMail(raw).raw, limits);

const headerFacts = (headers: readonly HeaderField[]) => {
  const values = (name: string): readonly string[] => headerValues({ headers }, name);
  return {
    messageId: messageIds(values('message-id'))[0] ?? null,
    inReplyTo: messageIds(values('in-reply-to')),
    references: messageIds(values('references')),
    // Only who has the keys can tell.
    repliesTo: null,
    isOwn: false,
    from: fromAddresses(values('from')),
    to: parsedAddresses(...values('to')),
    cc: parsedAddresses(...values('cc')),
    subject: decodePhrase(values('subject')[0] ?? ''),
    date: headerDate(values('date')[0]),
  };
};

/** A multipart in which no part was found is neither text nor document. */
const leaves = (root: Part): readonly Part[] =>
  allParts(root).filter((part) => part.children.length === 0 && !part.contentType.startsWith('multipart/'));

const documentName = (part: Part, number: number): string => {
  if (part.fileName !== null) return cleanFileName(part.fileName);
  if (part.contentType === 'message/rfc822')
    return cleanFileName(`${attachedSubject(part.content) || `message-${number}`}.eml`);
  return cleanFileName(`attachment-${number}.${libmime.detectExtension(part.contentType)}`);
};

const attachedSubject = (content: Uint8Array): string => notRead(content, 'unreadable', '').subject ?? '';
