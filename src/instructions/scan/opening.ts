import { isQuote, readName, skipBlanks } from '../text/characters.ts';
import { readLookAlike } from './look-alike.ts';
import { knownName, type KnownName } from './vocabulary.ts';

/** Signs that people put by mistake between the name and `=`; the manual itself prints `@RFC_NUMBER@)='…'`. */
const straySigns = new Set(')(][}{:;.,*_-/\\|');
const mostStraySigns = 3;

/**
 * The beginning of a variable, up to its delimiter.
 * `quote`, `braces`: well-formed so far, `found` is the delimiter and stands at `delimiterAt`.
 * The other shapes are faults of known variables: no delimiter after `=`; a stray sign before it; only the first `@`; signs or letters
 * of another alphabet, width or size, which `found` holds.
 */
export interface Opening {
  readonly shape: 'quote' | 'braces' | 'no_delimiter' | 'stray_sign' | 'missing_at_sign' | 'look_alike';
  /** Upper case. */
  readonly name: string;
  readonly known: KnownName | null;
  readonly at: number;
  readonly delimiterAt: number;
  readonly found: string;
}

/**
 * The variable that begins with the `@`, or what looks like one, at `at`; null when this is plain text: a name without `=`, or an unknown name without
 * a delimiter. Spaces of any kind may stand between the tokens, and one line break before or after `=`.
 */
export const readOpening = (text: string, at: number, to: number): Opening | null => {
  const opening = text.charAt(at) === '@' ? readPlain(text, at, to) : null;
  if (opening !== null) return opening;
  const alike = readLookAlike(text, at);
  if (alike === null) return null;
  const { name, known, end, found } = alike;
  return { shape: 'look_alike', name: known ?? name, known, at, delimiterAt: end, found };
};

const readPlain = (text: string, at: number, to: number): Opening | null => {
  const word = readName(text, skipBlanks(text, at + 1, to), to);
  if (word === null) return null;
  const { name } = word;
  const known = knownName(name);
  const close = skipBlanks(text, word.end, to);
  if (text.charAt(close) !== '@') {
    if (known === null || text.charAt(close) !== '=') return null;
    const delimiterAt = afterEquals(text, close, to);
    const found = text.charAt(delimiterAt);
    return isQuote(found) ? { shape: 'missing_at_sign', name, known, at, delimiterAt, found } : null;
  }
  const equals = beforeEquals(text, close + 1, to);
  if (text.charAt(equals) !== '=') return known === null ? null : readStray(text, at, known, equals, to);
  const delimiterAt = afterEquals(text, equals, to);
  const found = delimiterAt < to ? text.charAt(delimiterAt) : '';
  if (isQuote(found)) return { shape: 'quote', name, known, at, delimiterAt, found };
  if (found === '{') return { shape: 'braces', name, known, at, delimiterAt, found };
  return known === null ? null : { shape: 'no_delimiter', name, known, at, delimiterAt: equals, found: '' };
};

/** `@NAME@)='…'` and `@NAME@:'…'`. */
const readStray = (text: string, at: number, known: KnownName, from: number, to: number): Opening | null => {
  let end = from;
  while (end < to && end - from < mostStraySigns && straySigns.has(text.charAt(end))) end += 1;
  const next = skipBlanks(text, end, to);
  const found = text.slice(from, end);
  const hasEquals = text.charAt(next) === '=';
  if (found === '' || !(hasEquals || found === ':')) return null;
  const delimiterAt = hasEquals ? afterEquals(text, next, to) : next;
  const delimiter = text.charAt(delimiterAt);
  if (delimiter !== '{' && !isQuote(delimiter)) return null;
  return { shape: 'stray_sign', name: known, known, at, delimiterAt, found };
};

/** Index of what follows the second `@`, over blanks, and over one line break where `=` and a delimiter begin the next line. */
const beforeEquals = (text: string, from: number, to: number): number => {
  const next = skipBlanks(text, from, to);
  if (text.charAt(next) !== '\n') return next;
  const below = skipBlanks(text, next + 1, to);
  if (text.charAt(below) !== '=') return next;
  const found = text.charAt(skipBlanks(text, below + 1, to));
  return isQuote(found) || found === '{' ? below : next;
};

/** Index of what follows the `=` at `equals`, over blanks and at most one line break. */
const afterEquals = (text: string, equals: number, to: number): number => {
  const next = skipBlanks(text, equals + 1, to);
  if (text.charAt(next) !== '\n') return next;
  const below = skipBlanks(text, next + 1, to);
  const found = text.charAt(below);
  return isQuote(found) || found === '{' ? below : next;
};
