import { skipBlanks } from './text/characters.ts';
import type { Document } from './text/document.ts';
import { lineEnd } from './text/lines.ts';
import type { Span } from './text/links.ts';

/** May stand between instructions on a line without making it a sentence. */
const separators = new Set(',;.');

/**
 * The text without the lines that `instructions` fill, trimmed; where lines are left out, blank ones are not doubled. `ownOnly`: without
 * the lines of other mails, too.
 */
export const bodyWithout = (
  { text, starts, depths }: Document,
  instructions: readonly Span[],
  { ownOnly }: { readonly ownOnly: boolean },
): string => {
  if (instructions.length === 0 && !ownOnly) return text.trim();
  const kept: string[] = [];
  let next = 0;
  let hasGap = false;
  for (let line = 0; line < starts.length; line += 1) {
    const from = starts[line] ?? 0;
    const end = lineEnd(text, starts, line);
    while ((instructions[next]?.to ?? Number.POSITIVE_INFINITY) <= from) next += 1;
    if ((ownOnly && (depths[line] ?? 0) > 0) || holdsOnly(text, from, end, instructions, next)) {
      hasGap = true;
      continue;
    }
    const here = text.slice(from, end);
    const isEmpty = here.trim() === '';
    if (isEmpty && hasGap && (kept.at(-1) ?? '').trim() === '') continue;
    hasGap &&= isEmpty;
    kept.push(here);
  }
  return kept.join('\n').trim();
};

/** Whether the line `[from, end)` holds something of `instructions` (from index `first` on) and, apart from it, nothing. */
const holdsOnly = (text: string, from: number, end: number, instructions: readonly Span[], first: number): boolean => {
  let at = from;
  let index = first;
  for (let span = instructions[index]; span !== undefined && span.from < end; span = instructions[(index += 1)]) {
    if (!isFiller(text, at, span.from)) return false;
    at = span.to;
  }
  return index > first && isFiller(text, at, end);
};

const isFiller = (text: string, from: number, to: number): boolean => {
  let at = skipBlanks(text, from, to);
  while (at < to && separators.has(text.charAt(at))) at = skipBlanks(text, at + 1, to);
  return at >= to;
};
