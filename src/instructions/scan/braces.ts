import { readName, skipSpace } from '../text/characters.ts';
import { foldLines } from '../text/fold.ts';
import { maxValueLength } from '../text/limits.ts';

/** One `{KEY=text}` of FIELDS_TO_UPDATE. */
export interface FoundField {
  /** Upper case. */
  readonly key: string;
  readonly value: string;
  readonly at: number;
}

export type Braces =
  | { readonly ok: true; readonly fields: readonly FoundField[]; readonly end: number }
  | { readonly ok: false; readonly fault: 'no_key' | 'unterminated' | 'too_long'; readonly at: number };

/**
 * The groups that begin with the brace at `from` and end before `to`; spaces and line breaks may stand between them.
 * Braces inside a value must come in pairs.
 */
export const readBraces = (text: string, from: number, to: number): Braces => {
  const fields: FoundField[] = [];
  let end = from;
  for (let at = from; at < to && text.charAt(at) === '{'; at = skipSpace(text, end, to)) {
    const key = readName(text, skipSpace(text, at + 1, to), to);
    const equals = key === null ? at : skipSpace(text, key.end, to);
    if (key === null || text.charAt(equals) !== '=') return { ok: false, fault: 'no_key', at };
    const close = closingBrace(text, equals + 1, to);
    if (close === -1) return { ok: false, fault: 'unterminated', at };
    if (close - equals - 1 > maxValueLength) return { ok: false, fault: 'too_long', at };
    fields.push({ key: key.name, value: foldLines(text.slice(equals + 1, close)), at });
    end = close + 1;
  }
  return { ok: true, fields, end };
};

const closingBrace = (text: string, from: number, to: number): number => {
  let open = 0;
  for (let at = from; at < to; at += 1) {
    const character = text.charAt(at);
    if (character === '{') open += 1;
    if (character === '}' && open === 0) return at;
    if (character === '}') open -= 1;
  }
  return -1;
};
