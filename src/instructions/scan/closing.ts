import {
  apostrophe,
  doubleQuotes,
  endOfLine,
  isQuote,
  isWordCharacter,
  lastVisible,
  singleQuotes,
} from '../text/characters.ts';
import { isPlainKind, type ValueKind } from './vocabulary.ts';

/** What closes a value that `opener` opened: the apostrophe alone, or its whole family where typographic quotes are accepted. */
export const closersOf = (opener: string, acceptCurlyQuotes: boolean): ReadonlySet<string> => {
  if (!acceptCurlyQuotes) return new Set(apostrophe);
  return doubleQuotes.has(opener) ? doubleQuotes : singleQuotes;
};

export interface ValueRange {
  /** First unit after the opening quote. */
  readonly from: number;
  /** The next variable, or the end of the text. */
  readonly to: number;
  readonly kind: ValueKind;
  readonly closers: ReadonlySet<string>;
}

/**
 * Index of the quote that closes a value, -1 when none does (spec §5).
 * On the opening line it is the last one. Without one there, the value goes on over the following lines to a quote that ends a
 * line or is the last before the next variable; a short value also closes in mid-line, and never reaches over a blank line.
 * An apostrophe between two letters (`l'imprimante`) belongs to its word; one before `<mailto:…>`, which a mail program added, closes.
 */
export const closingQuote = (text: string, range: ValueRange): number => {
  const { from, to, kind, closers } = range;
  let end = endOfLine(text, from, to);
  const beforeLink = closerBeforeLink(text, from, end, closers);
  if (beforeLink !== -1) return beforeLink;
  const here = lastCloser(text, from, end, from, closers);
  if (here !== -1) return here;
  while (end < to) {
    const start = end + 1;
    end = endOfLine(text, start, to);
    const last = lastVisible(text, start, end);
    if (last < start && kind !== 'long_text') break;
    if (last >= start && closers.has(text.charAt(last))) return last;
    const beforeNext = end === to && to < text.length;
    const found = beforeNext || kind !== 'long_text' ? lastCloser(text, start, end, from, closers) : -1;
    if (found !== -1) return found;
  }
  return isPlainKind(kind) ? lastInside(text, from, endOfLine(text, from, to), closers) : -1;
};

/**
 * A quotation mark of another sort that stands where the apostrophe should close the value; -1 when there is none. In a value
 * that can hold no quotes it is the first one, in another the end of the line.
 */
export const wrongClosingQuote = (text: string, { from, to, kind }: ValueRange): number => {
  const end = endOfLine(text, from, to);
  let at = lastVisible(text, from, end);
  if (isPlainKind(kind)) for (at = from; at < end && !isQuote(text.charAt(at));) at += 1;
  const isWrong = at >= from && at < end && isQuote(text.charAt(at)) && text.charAt(at) !== apostrophe;
  return isWrong ? at : -1;
};

const linkAhead = /<[a-z][a-z\d+.-]{1,15}:/iuy;

const closerBeforeLink = (text: string, start: number, end: number, closers: ReadonlySet<string>): number => {
  for (let at = start; at < end; at += 1) {
    if (text.charAt(at) !== '<' || at === start || !closers.has(text.charAt(at - 1))) continue;
    linkAhead.lastIndex = at;
    if (linkAhead.test(text)) return at - 1;
  }
  return -1;
};

/** The last quote of `[start, end)` that is not within a word of the value, which begins at `from`. */
const lastCloser = (text: string, start: number, end: number, from: number, closers: ReadonlySet<string>): number => {
  for (let at = end - 1; at >= start; at -= 1) {
    if (!closers.has(text.charAt(at))) continue;
    const isWithinWord = at > from && isWordCharacter(text.charAt(at - 1)) && isWordCharacter(text.charAt(at + 1));
    if (!isWithinWord) return at;
  }
  return -1;
};

const lastInside = (text: string, start: number, end: number, closers: ReadonlySet<string>): number => {
  for (let at = end - 1; at >= start; at -= 1) if (closers.has(text.charAt(at))) return at;
  return -1;
};
