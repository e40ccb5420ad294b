/** The octets of a message with its structure made plain for a strict parser. */
export interface RepairedMail {
  readonly raw: Uint8Array;
  /**
   * The header as a lenient reader sees it, up to the first empty line: a field behind a broken line counts, a second From above
   * all. Null where that is `raw`'s own header.
   */
  readonly header: Uint8Array | null;
  /** What is text was guessed: where it begins, or where its lines end. */
  readonly repaired: boolean;
}

/** RFC 5322 §2.2: a name, blanks that old programs put behind it, and a colon. */
const field = /^[\x21-\x39\x3b-\x7e]+[ \t]*:/;

/** Distinct boundaries that are looked for; each is of one multipart, of which the limits allow less. */
const maxBoundaries = 400;

/**
 * Undoes what gateways and hand-made mails do to the structure (seen in the wild, against RFC 5322 §2.1): a byte order mark or
 * empty lines before the header, CR or CR CR LF as line ends, a line of blanks or none at all between header and text, in the
 * message and in its parts. A sound message is given back as it is. Linear in its length.
 */
export const repairMail = (raw: Uint8Array): RepairedMail => {
  const text = withPlainLineEnds(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1'));
  const start = firstField(text);
  const breaks: Break[] = [];
  const hasHeader = field.test(lineAt(text, start).text) || lineAt(text, start).text.startsWith('From ');
  const end = hasHeader ? headerBreak(text, start) : noHeader(text, start);
  if (end !== null) breaks.push(end);
  for (const at of partHeaders(text)) {
    const inPart = headerBreak(text, at);
    if (inPart !== null) breaks.push(inPart);
  }
  if (start === 0 && breaks.length === 0 && text.length === raw.byteLength)
    return { raw, header: null, repaired: false };
  const pieces: string[] = [];
  let from = start;
  for (const { at, next } of breaks.toSorted((one, other) => one.at - other.at)) {
    if (at < from) continue;
    pieces.push(text.slice(from, at), '\r\n');
    from = next;
  }
  pieces.push(text.slice(from));
  const emptyLine = end === null ? -1 : text.slice(start).search(/\n\r?\n/);
  return {
    raw: Buffer.from(pieces.join(''), 'latin1'),
    header: emptyLine < 0 ? null : Buffer.from(text.slice(start, start + emptyLine + 1), 'latin1'),
    repaired: breaks.length > 0 || text.length !== raw.byteLength,
  };
};

/** An empty line belongs at `at`, in place of what stands there up to `next`. */
interface Break {
  readonly at: number;
  readonly next: number;
}

const withPlainLineEnds = (text: string): string => {
  if (!text.includes('\n')) return text.replaceAll('\r', '\r\n');
  // Where the first line ends so, all do.
  return /^[^\r\n]*\r\r+\n/.test(text)
    ? text.replace(/\r{2,}(\n)?/g, (run, end: string | undefined) => (end === undefined ? run : '\r\n'))
    : text;
};

/** Behind a byte order mark and blank lines, where a field follows them. */
const firstField = (text: string): number => {
  const skipped = /^(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*/.exec(text)?.[0].length ?? 0;
  const line = lineAt(text, skipped).text;
  return skipped > 0 && (field.test(line) || line.startsWith('From ')) ? skipped : 0;
};

interface Line {
  /** Without its end. */
  readonly text: string;
  /** Where the next one begins. */
  readonly next: number;
}

/** Longest start of a line that is looked at: names of fields, and boundaries, are shorter. */
const maxLook = 1000;

const lineAt = (text: string, at: number): Line => {
  const end = text.indexOf('\n', at);
  const stop = end < 0 ? text.length : end;
  const look = text.slice(at, Math.min(stop, at + maxLook));
  return { text: look.endsWith('\r') ? look.slice(0, -1) : look, next: end < 0 ? text.length : end + 1 };
};

type LineKind = 'empty' | 'blank' | 'field' | 'folded' | 'other';

const kindOf = (line: string): LineKind => {
  if (line === '') return 'empty';
  if (/^[ \t\v\f\xa0]*$/.test(line)) return 'blank';
  if (line.startsWith(' ') || line.startsWith('\t')) return 'folded';
  return field.test(line) || /^>?From /.test(line) ? 'field' : 'other';
};

/** Text that begins where a header should: all of it is the message's text. */
const noHeader = (text: string, start: number): Break | null => {
  const line = lineAt(text, start);
  // Without a line end it is no text that a person wrote, but a header without one.
  const isLine = line.next - start <= maxLook;
  return isLine && kindOf(line.text) === 'other' && !isDelimiter(line.text) && !headerGoesOn(text, line.next)
    ? { at: start, next: start }
    : null;
};

/** Where a header block that begins at `start` ends without an empty line; null when there is one where it should be. */
const headerBreak = (text: string, start: number): Break | null => {
  let first = true;
  for (let at = start; at < text.length; first = false) {
    const line = lineAt(text, at);
    const kind = kindOf(line.text);
    if (kind === 'empty') return null;
    if (kind === 'blank' && !headerGoesOn(text, line.next)) return { at, next: line.next };
    if (kind === 'other' && first && isDelimiter(line.text)) return null;
    if (kind === 'other' && !headerGoesOn(text, line.next)) return { at, next: at };
    // The rest was looked through, and is sound.
    if (kind === 'blank' || kind === 'other') return null;
    at = line.next;
  }
  return null;
};

const isDelimiter = (line: string): boolean => /^--\S/.test(line);

/** One broken line is no end: fields follow it, up to an empty line. */
const headerGoesOn = (text: string, start: number): boolean => {
  for (let at = start; at < text.length;) {
    const line = lineAt(text, at);
    const kind = kindOf(line.text);
    if (kind === 'empty') return at > start;
    if (kind === 'other' || line.text.startsWith('\xa0')) return false;
    at = line.next;
  }
  return false;
};

/** Where the headers of parts begin: behind the lines that are the delimiter of a boundary that the message names. */
const partHeaders = function* (text: string): Generator<number> {
  const boundaries = new Set<string>();
  for (const [, quoted, token] of text.matchAll(
    /\bboundary(?:\*0?\*?)?[ \t]*=[ \t]*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/gi,
  )) {
    boundaries.add(`--${(quoted ?? token ?? '').trimEnd()}`);
    if (boundaries.size >= maxBoundaries) break;
  }
  if (boundaries.size === 0) return;
  for (let at = text.indexOf('\n--'); at >= 0; at = text.indexOf('\n--', at + 1)) {
    const line = lineAt(text, at + 1);
    if (boundaries.has(line.text.trimEnd())) yield line.next;
  }
};
