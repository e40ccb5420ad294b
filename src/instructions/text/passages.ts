import type { Document } from './document.ts';
import { lineText } from './lines.ts';
import { signPattern } from './sign-classes.ts';
import { quotePrefix } from './own-text.ts';

/** Lines that follow each other at one depth of quotation. A value never reaches from one into the next. */
export interface Passage {
  /** As in the document, with spaces for the marks of quotation. */
  readonly text: string;
  /** Offset of its first unit in the document. */
  readonly base: number;
  readonly depth: number;
}

/** The passages that may hold a variable, in order. */
export const passagesOf = (document: Document): readonly Passage[] => {
  const { starts, depths } = document;
  const passages: Passage[] = [];
  let first = 0;
  for (let line = 1; line <= starts.length; line += 1) {
    const depth = depths[first] ?? 0;
    if (line < starts.length && depths[line] === depth) continue;
    const base = starts[first] ?? 0;
    const text = document.text.slice(base, starts[line] ?? document.text.length);
    if (text.search(signPattern) !== -1)
      passages.push({ text: depth === 0 ? text : withoutMarks(document, first, line), base, depth });
    first = line;
  }
  return passages;
};

const withoutMarks = ({ text, starts }: Document, from: number, to: number): string => {
  const lines: string[] = [];
  for (let line = from; line < to; line += 1) {
    const here = lineText(text, starts, line);
    const { end } = quotePrefix(here);
    lines.push(' '.repeat(end) + here.slice(end));
  }
  return lines.join('\n');
};
