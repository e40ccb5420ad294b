import { maxNameLength } from './limits.ts';

/** Blank though Unicode calls them symbols: the object of a rich text, and the empty Braille cell. */
const blankSymbols = '\uFFFC\u2800';
const nothing = new RegExp(String.raw`[\p{Cf}\p{Default_Ignorable_Code_Point}${blankSymbols}]`, 'u');
const space = /[\t\p{Zs}]/u;
const allNothing = new RegExp(nothing, 'gu');
/** In words of many scripts and in emoji the joiners say something; what stands around them does not. */
const betweenWords = new RegExp(
  String.raw`[[\p{Cf}\p{Default_Ignorable_Code_Point}${blankSymbols}]--[\p{Join_Control}\p{Emoji_Component}\p{Variation_Selector}]]`,
  'gv',
);

/** What ends a line, wherever it came from: CR and LF, vertical tab, form feed, NEL, and Unicode's two separators. */
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/gu;

/** The text with `\n` at the end of each line. */
export const withPlainLineEnds = (text: string): string => text.replace(lineEnds, '\n');

export const singleQuotes: ReadonlySet<string> = new Set("'‘’‚‛′´`＇");
export const doubleQuotes: ReadonlySet<string> = new Set('"“”„‟″«»＂');

/** The one delimiter of the grammar, spec §5. */
export const apostrophe = "'";

export const isQuote = (character: string): boolean => singleQuotes.has(character) || doubleQuotes.has(character);

const isSpace = (text: string, at: number): boolean => space.test(text.charAt(at));

/** How many units the character at `at` takes if it cannot be seen but for its width, if any; 0 for all others and line breaks. */
export const blankLength = (text: string, at: number): number => {
  const code = text.codePointAt(at);
  if (code === undefined) return 0;
  if (code < 0x80) return code === 0x20 || code === 0x09 ? 1 : 0;
  const character = String.fromCodePoint(code);
  return space.test(character) || nothing.test(character) ? character.length : 0;
};

const blankLengthBefore = (text: string, to: number): number => {
  const unit = text.charCodeAt(to - 1);
  const isPair = unit >= 0xdc00 && unit < 0xe000 && to > 1;
  const length = blankLength(text, isPair ? to - 2 : to - 1);
  return isPair && length === 1 ? 0 : length;
};

/** The text without what cannot be seen and has no width, for values that are compared. */
export const withoutUnseen = (text: string): string => text.replace(allNothing, '');

/** As `withoutUnseen`, but for words: what joins letters or makes up an emoji stays. */
export const withoutStrayUnseen = (text: string): string => text.replace(betweenWords, '');

/** White space of any kind as one kind. */
export const withPlainSpaces = (text: string): string => text.replace(/\p{Zs}/gu, ' ');

/** A letter or digit of any script in the basic plane. */
export const isWordCharacter = (character: string): boolean => /^[\p{L}\p{N}]$/u.test(character);

export const skipBlanks = (text: string, from: number, to = text.length): number => {
  let at = from;
  for (let length = 1; at < to && length > 0; at += length) length = blankLength(text, at);
  return Math.min(at, to);
};

/** As `skipBlanks`, over line breaks too. */
export const skipSpace = (text: string, from: number, to = text.length): number => {
  let at = skipBlanks(text, from, to);
  while (at < to && text.charAt(at) === '\n') at = skipBlanks(text, at + 1, to);
  return at;
};

/** The text without the blanks and line breaks around it. */
export const trimSpace = (text: string): string => {
  const from = skipSpace(text, 0);
  let to = text.length;
  for (let length = 1; to > from && length > 0; to -= length) {
    length = text.charAt(to - 1) === '\n' ? 1 : blankLengthBefore(text, to);
  }
  return text.slice(from, to);
};

/** Index of the last unit of `[from, to)` that is no blank; `from - 1` when there is none. */
export const lastVisible = (text: string, from: number, to: number): number => {
  let end = to;
  for (let length = 1; end > from && length > 0; end -= length) length = blankLengthBefore(text, end);
  return Math.max(end, from) - 1;
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
  for (let length = 1; at < to && at - from <= 2 * maxNameLength; at += length) {
    const character = text.charAt(at);
    const isInName = (name === '' ? /[A-Za-z]/ : /\w/).test(character);
    if (isInName) name += character;
    length = isInName ? 1 : isSpace(text, at) ? 0 : blankLength(text, at);
    if (length === 0) break;
  }
  return name === '' || name.length > maxNameLength ? null : { name: name.toUpperCase(), end: at };
};
