import { decodeBytes } from '../encoding/charset.ts';

/** The dictionary that each compressed text begins with (MS-OXRTFCP §2.1.2.1). */
const startOfDictionary =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const dictionarySize = 4096;
const compressed = 0x75465a4c;
const uncompressed = 0x414c454d;

/** RTF as Outlook packs it (MS-OXRTFCP). Null for what is none, or would be longer than `maxBytes`. */
export const unpackRtf = (packed: Uint8Array, maxBytes: number): Uint8Array | null => {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (bytes.byteLength < 16) return null;
  const size = bytes.readUInt32LE(4);
  const type = bytes.readUInt32LE(8);
  if (size > maxBytes || (type !== compressed && type !== uncompressed)) return null;
  if (type === uncompressed) return bytes.subarray(16, 16 + size);
  const dictionary = Buffer.alloc(dictionarySize, ' ');
  let end = dictionary.write(startOfDictionary, 'latin1');
  const unpacked = Buffer.alloc(size);
  let length = 0;
  const put = (byte: number): void => {
    if (length < size) unpacked[length] = byte;
    length += 1;
    dictionary[end] = byte;
    end = (end + 1) % dictionarySize;
  };
  for (let at = 16; at < bytes.byteLength && length < size;) {
    const kinds = bytes[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < bytes.byteLength; bit += 1) {
      if (((kinds >> bit) & 1) === 0) {
        put(bytes[at] ?? 0);
        at += 1;
        continue;
      }
      const reference = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      const from = reference >> 4;
      if (from === end) return unpacked.subarray(0, Math.min(length, size));
      for (let copied = 0; copied < (reference & 15) + 2; copied += 1)
        put(dictionary[(from + copied) % dictionarySize] ?? 0);
    }
  }
  return unpacked.subarray(0, Math.min(length, size));
};

/** RTF as what it was made from: HTML (MS-OXRTFEX), or text. */
export interface RtfText {
  readonly contentType: 'text/html' | 'text/plain';
  readonly text: string;
}

/** What a group hands on to those in it. */
interface Group {
  /** Its text is none: fonts, pictures, fields … */
  readonly isSkipped: boolean;
  /** It is markup of the HTML that the text was made from. */
  readonly isMarkup: boolean;
  /** It is there for readers of RTF alone. */
  readonly isRtfOnly: boolean;
  readonly isHidden: boolean;
  /** Characters that stand for each `\u` and are for older readers. */
  readonly fallback: number;
}

const skipped = new Set(
  'fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf fldinst'.split(
    ' ',
  ),
);
const signs: ReadonlyMap<string, string> = new Map([
  ...['par', 'line', 'row', 'sect', 'page'].map((word) => [word, '\n'] as const),
  ...Object.entries({ tab: '\t', cell: '\t', emdash: '—', endash: '–', lquote: '‘', rquote: '’', ldblquote: '“' }),
  ...Object.entries({ rdblquote: '”', bullet: '•', '~': '\u00a0', _: '\u2011', '\\': '\\', '{': '{', '}': '}' }),
]);
const token = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|[\r\n]+|[^\\{}\r\n]+|\\/giy;

/** Half points: smaller letters are not seen. */
const smallest = 12;

/**
 * The text of RTF. Where letters are hidden, tiny or light, it may not be what a reader sees, and comes as `> ` lines, which order
 * nothing. Linear in its length.
 */
export const rtfToText = (rtf: Uint8Array): RtfText => {
  const source = Buffer.from(rtf.buffer, rtf.byteOffset, rtf.byteLength).toString('latin1');
  const isHtml = /\\fromhtml1?(?![a-z\d])/.test(source.slice(0, 2000));
  const codePage = /\\ansicpg(\d{3,5})/.exec(source.slice(0, 2000))?.[1] ?? '1252';
  const light = lightColours(source);
  const pieces: string[] = [];
  const open: Group[] = [];
  let group: Group = { isSkipped: false, isMarkup: false, isRtfOnly: false, isHidden: false, fallback: 1 };
  let octets: number[] = [];
  /** Characters that an older reader takes in place of a `\u` and this one leaves out. */
  let toLeave = 0;
  let isOptional = false;
  const seen = { isDoubtful: false };

  const write = (text: string): void => {
    const { isSkipped, isRtfOnly, isHidden, isMarkup } = group;
    if (!isSkipped && !isRtfOnly && !isHidden) pieces.push(isHtml && !isMarkup ? escapeHtml(text) : text);
  };
  const flush = (): void => {
    if (octets.length > 0) write(decodeBytes(Buffer.from(octets), { label: `windows-${codePage}` }));
    octets = [];
  };
  const left = (): boolean => {
    if (toLeave === 0) return false;
    toLeave -= 1;
    return true;
  };
  const obey = (word: string, value: number | null): void => {
    const wasOptional = isOptional;
    isOptional = false;
    if (word === 'htmltag') group = { ...group, isMarkup: true };
    else if (wasOptional || skipped.has(word)) group = { ...group, isSkipped: true };
    else if (word === 'htmlrtf') group = { ...group, isRtfOnly: value !== 0 };
    else if (word === 'uc') group = { ...group, fallback: Math.min(Math.abs(value ?? 1), 10) };
    else if (word === 'u' && value !== null) {
      write(String.fromCharCode(value & 0xffff));
      toLeave = group.fallback;
    } else if (word === 'v') group = { ...group, isHidden: value !== 0 };
    else if (word === 'plain') group = { ...group, isHidden: false };
    const sign = signs.get(word);
    if (sign !== undefined) write(sign);
    seen.isDoubtful ||=
      (word === 'v' && value !== 0) ||
      (word === 'fs' && (value ?? smallest) < smallest) ||
      (word === 'cf' && light.has(value ?? 0));
  };

  token.lastIndex = 0;
  for (let found = token.exec(source); found !== null; found = token.exec(source)) {
    const [all, word, number, hex, sign, brace] = found;
    if (hex !== undefined) {
      if (!left()) octets.push(parseInt(hex, 16));
      continue;
    }
    flush();
    if (brace === '{') {
      open.push(group);
      isOptional = false;
      toLeave = 0;
    } else if (brace === '}') {
      group = open.pop() ?? group;
      toLeave = 0;
    } else if (word === 'bin') token.lastIndex += Math.max(0, Number(number ?? 0));
    else if (word !== undefined) obey(word, number === undefined ? null : Number(number));
    else if (sign === '*') isOptional = true;
    else if (sign !== undefined) write(signs.get(sign) ?? '');
    else if (!/^[\r\n\\]/.test(all)) {
      const plain = all.slice(Math.min(toLeave, all.length));
      toLeave -= all.length - plain.length;
      write(plain);
    }
  }
  flush();
  const text = pieces.join('');
  if (isHtml) return { contentType: 'text/html', text };
  return { contentType: 'text/plain', text: seen.isDoubtful ? text.replace(/^/gm, '> ') : text };
};

const entities = new Map(Object.entries({ '&': '&amp;', '<': '&lt;', '>': '&gt;' }));

const escapeHtml = (text: string): string =>
  text.replace(/[&<>]/g, (character) => entities.get(character) ?? character);

/** Numbers of the colours that are hard to tell from white paper. */
const lightColours = (source: string): ReadonlySet<number> => {
  const [, table = ''] = /\{\\colortbl([^{}]{0,20000})\}/.exec(source) ?? [];
  return new Set(
    table.split(';').flatMap((entry, index) => {
      const parts = [/\\red(\d{1,3})/, /\\green(\d{1,3})/, /\\blue(\d{1,3})/].map((colour) => colour.exec(entry)?.[1]);
      return parts.every((part) => part !== undefined && Number(part) > 190) ? [index] : [];
    }),
  );
};
