import { RE2JS } from 're2js';
import type { PatternCheck, PatternSearch } from '../domain/mailboxes/mail-rule.ts';

const longestPattern = 500;
/** Compiled patterns that are kept; the rules of a mailbox are few. */
const mostKept = 500;

const compiled = new Map<string, RE2JS>();

const compile = (pattern: string): RE2JS => {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = RE2JS.compile(pattern);
  if (compiled.size >= mostKept) compiled.clear();
  compiled.set(pattern, made);
  return made;
};

/** Whether a pattern is one of RE2's, and its named groups. */
export const checkPattern: PatternCheck = (pattern) => {
  if (pattern.length > longestPattern) return { ok: false, because: `it is longer than ${longestPattern} characters.` };
  try {
    return { ok: true, groups: Object.keys(compile(pattern).namedGroups()) };
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) };
  }
};

/** Linear in the text's length, by RE2: no pattern of an administrator stops the mails. One that is none matches nothing. */
export const searchPattern: PatternSearch = (pattern, text) => {
  if (!checkPattern(pattern).ok) return null;
  const expression = compile(pattern);
  const matcher = expression.matcher(text);
  if (!matcher.find()) return null;
  return Object.fromEntries(Object.keys(expression.namedGroups()).map((name) => [name, matcher.group(name) ?? '']));
};
