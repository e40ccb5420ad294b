import { openingsOf } from './encoded.ts';
import { lineEnd, lineStarts, placeOf, type Place } from './lines.ts';
import { findLinks, isInLink } from './links.ts';
import { decodeAt } from './percent.ts';
import { divideText, type MailHead, type OtherText } from './own-text.ts';
import { withPlainLineEnds } from './characters.ts';

/** A message's text as the grammar reads it: instructions that came percent-encoded are decoded. */
export interface Document {
  readonly text: string;
  readonly starts: readonly number[];
  /** By line, see `divideText`. */
  readonly depths: ArrayLike<number>;
  /** What the sender did not write, by lines of the message's text. */
  readonly others: readonly OtherText[];
  /** Where an offset of `text` stands in the message's text. */
  readonly place: (offset: number) => Place;
  /** The same as an offset of it, its line ends plain. */
  readonly origin: (offset: number) => number;
}

export const openDocument = (raw: string, head: MailHead | null): Document => {
  const text = withPlainLineEnds(raw);
  const starts = lineStarts(text);
  const document = {
    text,
    starts,
    ...divideText(text, starts, head),
    place: (at: number) => placeOf(starts, at),
    origin: (at: number) => at,
  };
  return text.includes('%') ? decodeDocument(document) : document;
};

/**
 * Decodes the lines that hold a percent-encoded variable, and those after them up to a blank line or one with a plain variable,
 * because a mail program may have wrapped the value. Lines that come out of one line keep its depth of quotation.
 */
const decodeDocument = (source: Document): Document => {
  const { text, starts } = source;
  const links = findLinks(text);
  const copy = createCopy(text.length);
  let decoding = false;
  let anyDecoded = false;
  for (let line = 0; line < starts.length; line += 1) {
    const from = starts[line] ?? 0;
    const end = lineEnd(text, starts, line);
    const here = text.slice(from, end);
    const depth = source.depths[line] ?? 0;
    const openings = openingsOf(here, (at) => isInLink(links, from + at));
    decoding = openings === 'encoded' || (decoding && openings === 'none' && here.trim() !== '');
    let copied = 0;
    for (let at = decoding ? here.indexOf('%') : -1; at !== -1; at = here.indexOf('%', at)) {
      const found = isInLink(links, from + at) ? null : decodeAt(here, at);
      if (found === null) {
        at += 1;
        continue;
      }
      copy.add(here.slice(copied, at), from + copied, depth);
      copy.add(found.character, from + at, depth);
      at += found.length;
      copied = at;
      anyDecoded = true;
    }
    copy.add(text.slice(from + copied, end + 1), from + copied, depth);
  }
  if (!anyDecoded) return source;
  return copy.close(source);
};

/** A text that grows by parts and knows where each unit came from; decoding only ever shortens it. */
const createCopy = (longest: number): { add: typeof add; close: typeof close } => {
  const origins = new Uint32Array(longest + 1);
  const depths: number[] = [];
  const parts: string[] = [];
  let length = 0;
  const add = (part: string, origin: number, depth: number): void => {
    for (let unit = 0; unit < part.length; unit += 1) {
      origins[length + unit] = origin + unit;
      if (part.charAt(unit) === '\n') depths.push(depth);
    }
    parts.push(part);
    length += part.length;
  };
  const close = (source: Document): Document => {
    depths.push(source.depths[source.starts.length - 1] ?? 0);
    origins[length] = longest;
    const text = parts.join('');
    return {
      text,
      starts: lineStarts(text),
      depths,
      others: source.others,
      place: (at) => source.place(origins[at] ?? longest),
      origin: (at) => origins[at] ?? longest,
    };
  };
  return { add, close };
};
