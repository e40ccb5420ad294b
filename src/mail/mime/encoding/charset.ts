import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';
import { decodeEscapes, hasEscapes } from './charset-escapes.ts';

/** What is known of bytes that are text. */
export interface TextHints {
  /** The charset that the sender names, in any spelling; null for none. */
  readonly label: string | null;
  /** The bytes are HTML, which may name its charset itself. */
  readonly html?: boolean;
  /** For bytes that are no UTF-8 and have no label. */
  readonly otherwise?: string | null;
}

/**
 * Bytes as text, by what they are before by what they are said to be: a byte order mark counts first, UTF-8 is UTF-8 under any
 * label of a single-byte charset, an undecodable byte costs one character. Labels are those of the WHATWG encoding standard,
 * and iconv's beyond them; an unknown or refused one (UTF-7 hides markup) counts as none. Never throws.
 */
export const decodeBytes = (bytes: Uint8Array, { label, html = false, otherwise = null }: TextHints): string => {
  const marked = byteOrderMark(bytes);
  if (marked !== null) return decodeEncoding(bytes, marked);
  const named = charsetOf(label);
  const charset = html && isUndeclared(named, bytes) ? (charsetOf(metaLabel(bytes)) ?? named) : named;
  if (charset === null || isUnicode8(charset)) {
    if (hasEscapes(bytes)) return decodeEscapes(bytes, decodeEncoding);
    return decodeUndeclared(bytes, charset === 'utf-8', charsetOf(otherwise));
  }
  if (charset === escapes) return isAscii(bytes) ? decodeEscapes(bytes, decodeEncoding) : decodeAs(bytes, 'shift_jis');
  if (charset === 'hz-gb-2312') return decodeHz(bytes);
  if (charset === 'utf-16') return new TextDecoder(utf16Order(bytes)).decode(bytes);
  return decodeAs(bytes, charset);
};

/** Charsets of the ISO 2022 family, which all say by escapes what follows. */
const escapes = 'iso-2022';

const isUnicode8 = (charset: string): boolean => charset === 'utf-8' || charset === 'us-ascii';

/** The label tells nothing: there is none, or it is US-ASCII and the bytes are not. */
const isUndeclared = (charset: string | null, bytes: Uint8Array): boolean =>
  charset === null || (charset === 'us-ascii' && !isAscii(bytes));

/** The encoding that a label names, as WHATWG or iconv call it; null for an unknown or refused one. */
export const charsetOf = (label: string | null): string | null => {
  const plain = (label ?? '')
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase()
    .slice(0, 64);
  if (plain === '') return null;
  for (const spelling of spellings(plain)) {
    const known = knownCharset(spelling);
    if (known !== null) return known;
  }
  return null;
};

const knownCharset = (label: string): string | null => {
  if (/utf-?7|^(?:base64|hex|binary|internal)/.test(label)) return null;
  if (/^(?:us-?ascii|ascii|ansi_x3\.4-19(?:68|86)|iso646-us|646)$/.test(label)) return 'us-ascii';
  if (/^(?:iso-?2022-?(?:jp|kr|cn)|csiso2022(?:jp|kr)|cp5022[0-2]|jis7?)/.test(label)) return escapes;
  if (/^(?:hz|hz-gb-?2312)$/.test(label)) return 'hz-gb-2312';
  // KOI8-E has the letters of KOI8-R.
  if (/^(?:iso-ir-111|koi8-e|csiso111ecmacyrillic|ecma-cyrillic)$/.test(label)) return 'koi8-r';
  // Without a mark, RFC 2781 and WHATWG disagree about the order.
  if (/^utf-?16$|^unicode$|^csunicode$|^ucs-2$|^iso-10646-ucs-2$/.test(label)) return 'utf-16';
  try {
    const { encoding } = new TextDecoder(label);
    // GBK is a part of it, and mails labelled GB2312 hold more than both.
    return encoding === 'gbk' ? 'gb18030' : encoding;
  } catch {
    return iconv.encodingExists(label) ? label : null;
  }
};

/** What mail programs make of the names: `x-` before them, no or other dashes, code pages of any vendor. */
const spellings = (label: string): readonly string[] => {
  const bare = label.replace(/^(?:x-)+/, '').replaceAll('_', '-');
  const page = /^(?:cp|ms|win|windows|ibm)-?(\d{3,5})$/.exec(bare)?.[1];
  const latin = /^(?:iso-?)?8859-?(\d{1,2})(?:-[ei])?(?::\d{4})?$/.exec(bare)?.[1];
  return [
    label,
    bare,
    ...(page === undefined ? [] : [`windows-${page}`, `ibm${page}`, `cp${page}`]),
    ...(latin === undefined ? [] : [`iso-8859-${latin}`]),
    bare.replaceAll('-', ''),
  ];
};

const byteOrderMark = ([a, b, c, d]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | null => {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : null;
};

/** Most text has more ASCII than anything else, whose high byte is zero. */
const utf16Order = (bytes: Uint8Array): string => {
  const sample = bytes.subarray(0, 1024);
  const zeros = [0, 0];
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  });
  return (zeros[0] ?? 0) > (zeros[1] ?? 0) ? 'utf-16be' : 'utf-16le';
};

/** The charset that an HTML text names in its first 1024 bytes (WHATWG HTML §13.2.3.2); UTF-16 cannot be meant there. */
const metaLabel = (bytes: Uint8Array): string | null => {
  const head = ascii(bytes.subarray(0, 1024)).replace(/<!--.*?(?:-->|$)/gs, '');
  const label = /<meta\b[^<>]*?\bcharset\s*=\s*(?:["']\s*)?([^\s"'/>;]+)/i.exec(head)?.[1] ?? null;
  return label !== null && /^utf-?16/i.test(label) ? 'utf-8' : label;
};

const ascii = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

const multiByte = new Set(['gb18030', 'big5', 'euc-kr', 'euc-jp', 'shift_jis']);

/** Text of a charset that may be wrong: sequences of UTF-8 are too rare in others to stand there by chance. */
const decodeAs = (bytes: Uint8Array, charset: string): string => {
  const needed = multiByte.has(charset) || /^windows-874|^iso-8859-11/.test(charset) ? 4 : 1;
  const found = charset.startsWith('utf') ? null : measureUtf8(bytes);
  if (found?.bad === 0 && found.sequences >= needed) return new TextDecoder('utf-8').decode(bytes);
  const decoded = decodeEncoding(bytes, charset);
  if (found?.bad === 0 && found.sequences > 0 && decoded.includes('\ufffd'))
    return new TextDecoder('utf-8').decode(bytes);
  return decoded;
};

/** Where WHATWG means a larger set than the name, and Node does not. */
const larger: Readonly<Record<string, string>> = { 'euc-kr': 'cp949', big5: 'big5hkscs' };

const decodeEncoding = (bytes: Uint8Array, charset: string): string => {
  const wanted = larger[charset];
  if (wanted !== undefined) return iconv.decode(bytes, wanted);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return iconv.decode(bytes, charset);
  }
};

/** `declared`: it says that it is UTF-8, of which one sequence is proof enough; otherwise most of it has to be. */
const decodeUndeclared = (bytes: Uint8Array, declared: boolean, otherwise: string | null): string => {
  const whole = withoutCesu8(bytes);
  const { sequences, bad } = measureUtf8(whole);
  const isUtf8 = bad === 0 || (sequences > 0 && (declared || sequences >= 4 * bad));
  if (isUtf8) return new TextDecoder('utf-8').decode(whole);
  return otherwise === null || isUnicode8(otherwise) || otherwise === escapes
    ? new TextDecoder('windows-1252').decode(bytes)
    : decodeEncoding(bytes, otherwise);
};

/** CESU-8 (each half of a surrogate pair in three bytes, as some databases write) as the UTF-8 that was meant. */
const withoutCesu8 = (bytes: Uint8Array): Uint8Array => {
  if (!bytes.includes(0xed)) return bytes;
  const text = ascii(bytes);
  const mended = text.replace(/\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]/g, (pair) => {
    const unit = (at: number): number =>
      0xd000 | ((pair.charCodeAt(at + 1) & 0x3f) << 6) | (pair.charCodeAt(at + 2) & 0x3f);
    return Buffer.from(String.fromCharCode(unit(0), unit(3))).toString('latin1');
  });
  return mended === text ? bytes : Buffer.from(mended, 'latin1');
};

/** Well-formed sequences of two and more bytes (Unicode §3.9, table 3-7), and the bytes that belong to none. */
const measureUtf8 = (bytes: Uint8Array): { readonly sequences: number; readonly bad: number } => {
  let sequences = 0;
  let bad = 0;
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const length = sequenceLength(lead, bytes[at + 1] ?? 0);
    let next = at + 1;
    while (next < at + length && ((bytes[next] ?? 0) & 0xc0) === 0x80) next += 1;
    if (length > 0 && next === at + length) sequences += 1;
    // What was cut at the end of the text is one character.
    else bad += next === bytes.length && length > 0 ? 1 : next - at;
    at = next;
  }
  return { sequences, bad };
};

const sequenceLength = (lead: number, second: number): number => {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? 0 : 3;
  if (lead >= 0xf0 && lead <= 0xf4) return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? 0 : 4;
  return 0;
};

/** RFC 1843: GB2312 in seven bits between `~{` and `~}`. */
const decodeHz = (bytes: Uint8Array): string =>
  ascii(bytes)
    .split(/(~\{[^~]*(?:~\}|$))/)
    .map((piece) =>
      piece.startsWith('~{')
        ? decodeEncoding(
            Uint8Array.from(Buffer.from(piece.replace(/^~\{|~\}$/g, ''), 'latin1'), (byte) =>
              byte > 0x20 ? byte | 0x80 : byte,
            ),
            'gb18030',
          )
        : piece.replace(/~\r?\n/g, '').replaceAll('~~', '~'),
    )
    .join('');
