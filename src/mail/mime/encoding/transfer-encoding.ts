/** A transfer encoding taken off. */
export interface Decoded {
  readonly bytes: Uint8Array;
  /** Lines that are not in the encoding, which gateways put before and behind it: banners, footers. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

const none = new Uint8Array();

/** RFC 2045 §6, by a field value as it comes: with quotes, comments and parameters, misspelt. An unknown one is none. */
export const decodeTransfer = (encoded: Uint8Array, fieldValue: string): Decoded => {
  const [token = ''] = fieldValue.replace(/\([^()]*\)/g, '').split(/[;,]/);
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  switch (
    token
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .replace(/^x(?=\w)/, '')
  ) {
    case 'base64':
    case 'b64':
      return decodeBase64(bytes);
    case 'quotedprintable':
    case 'quoteprintable':
    case 'quotedprintible':
    case 'qp':
      return { bytes: decodeQuotedPrintable(bytes), before: none, after: none };
    case 'uuencode':
    case 'uuencoded':
    case 'uue':
    case 'uu':
      return decodeUuencode(bytes);
    default:
      return { bytes, before: none, after: none };
  }
};

/** What a line must have to be taken for code beside others that are text. */
const sureLineLength = 40;
const sureLine = new RegExp(`^[A-Za-z0-9+/]{${sureLineLength},}={0,2}\\s*$`, 'm');

const decodeBase64 = (encoded: Buffer): Decoded => {
  const text = encoded.toString('latin1');
  // Words of letters alone could be code, unless there are lines that surely are.
  const hasSureLine = sureLine.test(text);
  let start = -1;
  let end = 0;
  for (let at = 0; at < text.length;) {
    const stop = text.indexOf('\n', at);
    const next = stop < 0 ? text.length : stop + 1;
    const line = text.slice(at, next).trim();
    if (line !== '') {
      const isCode = isBase64Line(line, hasSureLine);
      if (isCode && start < 0) start = at;
      if (!isCode && start >= 0) break;
      if (isCode) end = next;
    }
    at = next;
  }
  if (start < 0) return { bytes: encoded, before: none, after: none };
  const pieces = text.slice(start, end).split(/=+/);
  return {
    bytes: Buffer.concat(pieces.map((piece) => Buffer.from(piece.replace(/[^A-Za-z0-9+/]+/g, ''), 'base64'))),
    before: encoded.subarray(0, start),
    after: text.slice(end).trim() === '' ? none : encoded.subarray(end),
  };
};

/** RFC 2045 §6.8: characters outside the alphabet are passed over, but where they are many the line is none of it. */
const isBase64Line = (line: string, hasSureLine: boolean): boolean => {
  if (/\s/.test(line)) return !hasSureLine && /^[A-Za-z0-9+/=\s]*$/.test(line);
  const foreign = line.length - line.replace(/[^A-Za-z0-9+/=]+/g, '').length;
  return foreign * 20 <= line.length;
};

/** RFC 2045 §6.7; what is no escape stands for itself. */
const decodeQuotedPrintable = (encoded: Buffer): Buffer =>
  Buffer.from(
    encoded
      .toString('latin1')
      .replace(/[ \t]+(\r?\n|$)?/g, (run, end: string | undefined) => end ?? run)
      .replace(/=(?:\r?\n|$)/g, '')
      .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );

/** A file that is written into text (`begin 644 name`). */
export interface UuencodedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where it stands: from its first line to behind its last. */
  readonly at: number;
  readonly end: number;
}

/** The files in a text, as far as every line of them is what it says. Linear in its length. */
export const findUuencoded = (text: string): readonly UuencodedFile[] => {
  const files: UuencodedFile[] = [];
  let open: { readonly name: string; readonly at: number; readonly pieces: Buffer[]; isDone: boolean } | null = null;
  for (let at = 0; at < text.length;) {
    const stop = text.indexOf('\n', at);
    const end = stop < 0 ? text.length : stop + 1;
    const line = text.slice(at, Math.min(end, at + maxUuLine)).replace(/\r?\n$/, '');
    const [begins, name = ''] = /^begin [0-7]{3,4} (.{0,255})$/.exec(line) ?? [];
    if (begins !== undefined) open = { name: name.trim(), at, pieces: [], isDone: false };
    else if (open !== null && /^end[ \t]*$/.test(line)) {
      files.push({ name: open.name, bytes: Buffer.concat(open.pieces), at: open.at, end });
      open = null;
    } else if (open !== null) {
      const bytes: Buffer | null = open.isDone && line.trim() !== '' ? null : uuLine(line);
      if (bytes === null) open = null;
      else {
        open.isDone = bytes.byteLength === 0;
        open.pieces.push(bytes);
      }
    }
    at = end;
  }
  return files;
};

/** A line holds 45 bytes mostly, 63 at most. */
const maxUuLine = 300;

const decodeUuencode = (encoded: Buffer): Decoded => {
  const text = encoded.toString('latin1');
  const [{ bytes, at, end } = {}] = findUuencoded(text);
  if (bytes === undefined) return { bytes: encoded, before: none, after: none };
  return { bytes, before: encoded.subarray(0, at), after: encoded.subarray(end) };
};

/** POSIX uuencode: the first character is the number of bytes, each further one six bits. Blanks at the end may be lost. Null for other text. */
const uuLine = (line: string): Buffer | null => {
  if (line.trim() === '' || line.trim() === '`') return Buffer.alloc(0);
  if (/[^\x20-\x60]/.test(line)) return null;
  const six = (at: number): number => ((line.charCodeAt(at) || 0x20) - 0x20) & 0x3f;
  const length = six(0);
  // Some programs write one more character, a checksum.
  if (length === 0 || line.length > Math.ceil(length / 3) * 4 + 2) return null;
  const out: number[] = [];
  for (let at = 1; out.length < length; at += 4) {
    const bits = (six(at) << 18) | (six(at + 1) << 12) | (six(at + 2) << 6) | six(at + 3);
    out.push(bits >> 16, (bits >> 8) & 0xff, bits & 0xff);
  }
  return Buffer.from(out.slice(0, length));
};
