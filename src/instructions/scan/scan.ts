import type { VariableName } from '../../domain/messages/instruction.ts';
import { apostrophe } from '../text/characters.ts';
import { readBraces, type FoundField } from './braces.ts';
import { closersOf, closingQuote, wrongClosingQuote, type ValueRange } from './closing.ts';
import { foldLines, keepLines } from '../text/fold.ts';
import { maxValueLength, maxVariables } from '../text/limits.ts';
import { findLinks, isInLink, type Span } from '../text/links.ts';
import { readOpening, type Opening } from './opening.ts';
import { signPattern } from '../text/sign-classes.ts';
import type { InstructionFault } from './problem.ts';
import { fieldsVariable, isPlainKind, kindOf, type KnownName } from './vocabulary.ts';

/** `[from, to)` is the whole variable, `[valueFrom, valueTo)` what stands between its delimiters; offsets in UTF-16 units. */
interface Extent {
  readonly at: number;
  readonly to: number;
  readonly valueFrom: number;
  readonly valueTo: number;
}

export type FoundVariable =
  | (Extent & { readonly name: VariableName; readonly value: string })
  | (Extent & { readonly name: typeof fieldsVariable; readonly fields: readonly FoundField[] });

/** What one stretch of text holds, each list in order of place. */
export interface Scan {
  readonly variables: readonly FoundVariable[];
  readonly faults: readonly InstructionFault[];
  readonly unknown: readonly { readonly name: string; readonly at: number }[];
}

/**
 * Finds the variables of a text, in time linear in its length: the openings are found in one pass, and each value is looked
 * for between its opening and the next. More variables than `limit` are a fault, and the rest is not read.
 */
export const scan = (text: string, acceptCurlyQuotes: boolean, limit = maxVariables): Scan => {
  const variables: FoundVariable[] = [];
  const faults: InstructionFault[] = [];
  const unknown: { name: string; at: number }[] = [];
  const openings = findOpenings(text, limit);
  for (const [index, opening] of openings.entries()) {
    const { at, known } = opening;
    if (index === limit) {
      faults.push({ code: 'too_many_variables', at });
      break;
    }
    if (known === null) {
      unknown.push({ name: opening.name, at });
      continue;
    }
    if (opening.shape === 'missing_at_sign' && at < (variables.at(-1)?.to ?? 0)) continue;
    const next = openings.slice(index + 1).find((later) => endsValue(known, later));
    const variable = readVariable(text, opening, known, next?.at ?? text.length, acceptCurlyQuotes);
    if ('code' in variable) faults.push(variable);
    else variables.push(variable);
  }
  return { variables, faults, unknown };
};

/** Whether `next` ends the value of `name`. `@NAME='…'` may be text in a value that can hold quotes, such as SQL in a comment. */
const endsValue = (name: KnownName, next: Opening): boolean =>
  next.shape !== 'missing_at_sign' || (name !== fieldsVariable && isPlainKind(kindOf[name]));

/** At most one more than are allowed. */
const findOpenings = (text: string, limit: number): readonly Opening[] => {
  const openings: Opening[] = [];
  let links: readonly Span[] | null = null;
  signPattern.lastIndex = 0;
  for (let sign = signPattern.exec(text); sign !== null && openings.length <= limit; sign = signPattern.exec(text)) {
    const at = sign.index;
    links ??= findLinks(text);
    const opening = isInLink(links, at) ? null : readOpening(text, at, text.length);
    if (opening === null) continue;
    openings.push(opening);
    signPattern.lastIndex = Math.max(opening.delimiterAt, at + 1);
  }
  return openings;
};

const readVariable = (
  text: string,
  opening: Opening,
  name: KnownName,
  to: number,
  acceptCurlyQuotes: boolean,
): FoundVariable | InstructionFault => {
  const { at, delimiterAt, found } = opening;
  switch (opening.shape) {
    case 'no_delimiter':
      return { code: 'missing_quotes', variable: name, at };
    case 'stray_sign':
      return { code: 'stray_sign', variable: name, found, at };
    case 'missing_at_sign':
      return { code: 'missing_at_sign', variable: name, at };
    case 'look_alike':
      return { code: 'look_alike', variable: name, found, at };
    case 'braces':
      return name === fieldsVariable
        ? readFields(text, at, delimiterAt, to)
        : { code: 'braces_not_allowed', variable: name, at };
    case 'quote':
      if (name === fieldsVariable) return { code: 'braces_expected', variable: name, at };
      if (found !== apostrophe && !acceptCurlyQuotes) {
        return { code: 'wrong_quote', variable: name, found, closing: false, at: delimiterAt };
      }
      return readQuoted(text, opening, name, to, acceptCurlyQuotes);
    default:
      return opening.shape satisfies never;
  }
};

const readQuoted = (
  text: string,
  { at, delimiterAt, found }: Opening,
  name: VariableName,
  to: number,
  acceptCurlyQuotes: boolean,
): FoundVariable | InstructionFault => {
  const kind = kindOf[name];
  const from = delimiterAt + 1;
  const range: ValueRange = { from, to, kind, closers: closersOf(found, acceptCurlyQuotes) };
  const close = closingQuote(text, range);
  const isDoubtful = !acceptCurlyQuotes && (close === -1 || isPlainKind(kind));
  const wrong = isDoubtful ? wrongClosingQuote(text, range) : -1;
  if (wrong !== -1) return { code: 'wrong_quote', variable: name, found: text.charAt(wrong), closing: true, at: wrong };
  if (close === -1) return { code: 'unterminated_value', variable: name, at };
  if (close - from > maxValueLength) return { code: 'value_too_long', variable: name, at };
  const raw = text.slice(from, close);
  const value = kind === 'long_text' ? keepLines(raw) : foldLines(raw);
  return { name, value, at, to: close + 1, valueFrom: from, valueTo: close };
};

const readFields = (text: string, at: number, brace: number, to: number): FoundVariable | InstructionFault => {
  const braces = readBraces(text, brace, to);
  if (braces.ok)
    return { name: fieldsVariable, fields: braces.fields, at, to: braces.end, valueFrom: brace, valueTo: braces.end };
  const { fault } = braces;
  switch (fault) {
    case 'no_key':
      return { code: 'malformed_field', variable: fieldsVariable, at: braces.at };
    case 'unterminated':
      return { code: 'unterminated_field', variable: fieldsVariable, at: braces.at };
    case 'too_long':
      return { code: 'value_too_long', variable: fieldsVariable, at: braces.at };
    default:
      return fault satisfies never;
  }
};
