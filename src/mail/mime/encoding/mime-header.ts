import type { HeaderField } from '../../../domain/messages/message.ts';
import { decodeBytes } from './charset.ts';
import { decodeWords } from './encoded-words.ts';

/** Longest msg-id taken, characters with brackets: what one line of a message may hold (RFC 5322 §2.1.1). */
const maxMessageIdLength = 998;
/** Characters of a raw Subject field that are decoded; the rest is dropped. */
const maxSubjectLength = 8192;

/** Where the header block ends, its empty line not included; null when it is longer than `maxBytes`. */
export const headerBlockEnd = (raw: Uint8Array, maxBytes: number): number | null => {
  // An empty line may be the first one already: there is no field then.
  if (raw[0] === 0x0a || (raw[0] === 0x0d && raw[1] === 0x0a)) return 0;
  const look = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, maxBytes + 4));
  const ends = [look.indexOf('\n\n'), look.indexOf('\n\r\n')].filter((at) => at >= 0).map((at) => at + 1);
  const end = ends.length > 0 ? Math.min(...ends) : raw.byteLength;
  return end <= maxBytes ? end : null;
};

/**
 * The fields of a header block in order: name in lower case, value unfolded (RFC 5322 §2.2.3) and not decoded, without NUL.
 * Lines that are no field are left out. 8-bit values are taken as UTF-8, or as the charset `otherwise` where they are not.
 */
export const readHeaderFields = (block: Uint8Array, otherwise: string | null = null): readonly HeaderField[] => {
  const lines = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString('latin1').split(/\r?\n/);
  const fields: [name: string, value: string[]][] = [];
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      fields.at(-1)?.[1].push(line);
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
    // Also what follows a broken line is no part of the field before it.
    fields.push([/^[\x21-\x7e]+$/.test(name) ? name : '', [line.slice(colon + 1)]]);
  }
  return fields
    .filter(([name]) => name !== '')
    .map(([name, value]) => [
      name,
      decodeBytes(Buffer.from(withAsciiWords(value.join('')), 'latin1'), { label: null, otherwise })
        .replaceAll('\0', '')
        .trim(),
    ]);
};

/** Raw octets in an encoded word are of the word's charset, not of the field's. */
const withAsciiWords = (value: string): string =>
  value.replace(/(=\?[^?\s]+\?[Qq]\?)([^?]*)(?=\?=)/g, (_, start: string, text: string) => {
    const plain = text.replace(/[\x80-\xff]/g, (octet) => `=${octet.charCodeAt(0).toString(16).toUpperCase()}`);
    return start + plain;
  });

/** RFC 2047 encoded words decoded, on one line, without control characters. */
export const decodePhrase = (value: string): string => {
  const decoded = decodeWords(value.slice(0, maxSubjectLength));
  return decoded
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
};

/** The msg-ids of header values, with their angle brackets; what is no msg-id is left out. */
export const messageIds = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.match(/<[^<>\s]+>/g) ?? []).filter((id) => id.length <= maxMessageIdLength);

/** A Date field (RFC 5322 §3.3) as ISO 8601 UTC; null when it is no date. */
export const headerDate = (value: string | undefined): string | null => {
  if (value === undefined || value.length > 100) return null;
  const time = Date.parse(value);
  if (Number.isNaN(time)) return null;
  const iso = new Date(time).toISOString();
  return /^\d{4}-/.test(iso) ? iso : null;
};
