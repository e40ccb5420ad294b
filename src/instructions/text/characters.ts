import { maxNameLength } from './limits.ts';

/** Written by mail programs between words without being seen; ZWNJ and ZWJ belong to words, so only tokens skip them. */
const zeroWidth = new Set('\u200B\u200C\u200D\u2060\uFEFF\u00AD');
const spaces = new Set(' \t\u00A0\u202F\u2007\u2009');

export const singleQuotes: ReadonlySet<string> = new Set("'‘’‚‛′´`＇");
export const doubleQuotes: ReadonlySet<string> = new Set('"“”„‟″«»＂');

/** The one delimiter of the grammar, spec §5. */
export const apostrophe = "'";

export const isQuote = (character: string): boolean => singleQuotes.has(character) || doubleQuotes.has(character);

/** A space of any kind within a line; a line break is none. */
export const isBlank = (character: string): boolean => spaces.has(character) || zeroWidth.has(character);

/** A letter or digit of any script in the basic plane. */
export const isWordCharacter = (character: string): boolean => /^[\p{L}\p{N}]$/u.test(character);

export const skipBlanks = (text: string, from: number, to = text.length): number => {
  let at = from;
  while (at < to && isBlank(text.charAt(at))) at += 1;
  return at;
};

/** As `skipBlanks`, over line breaks too. */
export const skipSpace = (text: string, from: number, to = text.length): number => {
  let at = from;
  while (at < to && (isBlank(text.charAt(at)) || text.charAt(at) === '\n')) at += 1;
  return at;
};

/** The text without the blanks and line breaks around it. */
export const trimSpace = (text: string): string => {
  const from = skipSpace(text, 0);
  let to = text.length;
  while (to > from && (isBlank(text.charAt(to - 1)) || text.charAt(to - 1) === '\n')) to -= 1;
  return text.slice(from, to);
};

/** Index of the last character of `[from, to)` that is no blank; `from - 1` when there is none. */
export const lastVisible = (text: string, from: number, to: number): number => {
  let at = to - 1;
  while (at >= from && isBlank(text.charAt(at))) at -= 1;
  return at;
};

/** Index of the line break at or after `from`, or `to` when none comes before it. */
export const endOfLine = (text: string, from: number, to: number): number => {
  for (let at = from; at < to; at += 1) if (text.charAt(at) === '\n') return at;
  return to;
};

/** The name that begins at `from`, in upper case, and where it ends; null when none does or it is too long. */
export const readName = (text: string, from: number, to = text.length): { name: string; end: number } | null => {
  let name = '';
  let at = from;
  for (; at < to && at - from <= 2 * maxNameLength; at += 1) {
    const character = text.charAt(at);
    if (zeroWidth.has(character)) continue;
    if (!(name === '' ? /[A-Za-z]/ : /\w/).test(character)) break;
    name += character;
  }
  return name === '' || name.length > maxNameLength ? null : { name: name.toUpperCase(), end: at };
};
