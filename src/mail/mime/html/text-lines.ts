import { withoutTrailing } from '../encoding/without-trailing.ts';

/** Text in the making, line by line. */
export interface TextLines {
  /** Adds words; white space between them is one space, as in HTML. */
  readonly addText: (text: string) => void;
  /** Adds text whose blanks and lines count. */
  readonly addPlain: (text: string) => void;
  readonly endLine: () => void;
  /** What follows stands on a line of its own; 2: with a blank one above it. */
  readonly startBlock: (lineBreaks: number) => void;
  /** What is quoted has `> ` before each line, as often as it is quoted, up to a bound. */
  readonly quote: (levels: 1 | -1) => void;
  readonly toString: () => string;
}

/** Marks before a line; more say no more, and would make the text longer than linear in what it is made from. */
const maxMarks = 20;

export const createTextLines = (): TextLines => {
  const lines: string[] = [];
  let line = '';
  let lineDepth = 0;
  let breaks = 0;
  let isSpaced = false;
  let depth = 0;
  /** Of the line before, for the blank lines between two. */
  let depthAbove = 0;

  const marks = (levels: number): string => '> '.repeat(Math.min(levels, maxMarks));
  const push = (text: string, levels: number): void => {
    lines.push(`${marks(levels)}${text}`);
    depthAbove = levels;
  };
  /** Ends the line that stands, and puts the blank ones below it. */
  const flush = (): void => {
    if (breaks === 0) return;
    const blank = breaks - 1;
    breaks = 0;
    isSpaced = false;
    if (line !== '') push(line, lineDepth);
    line = '';
    if (lines.length > 0 && blank > 0 && lines.at(-1) !== marks(depthAbove)) push('', Math.min(depthAbove, depth));
  };
  const add = (text: string): void => {
    flush();
    if (line === '') lineDepth = depth;
    line += text;
  };
  const endLine = (): void => {
    flush();
    push(line, line === '' ? depth : lineDepth);
    line = '';
    isSpaced = false;
  };
  return {
    addText: (text) => {
      for (const [, blank, word] of text.matchAll(/([ \t\r\n\f]+)|([^ \t\r\n\f]+)/g)) {
        if (blank !== undefined) isSpaced = true;
        else if (word !== undefined) {
          const isFirst = breaks > 0 || line === '';
          add(isSpaced && !isFirst ? ` ${word}` : word);
          isSpaced = false;
        }
      }
    },
    addPlain: (text) => {
      text.split('\n').forEach((each, index) => {
        if (index > 0) endLine();
        if (each !== '') add(isSpaced && breaks === 0 && line !== '' ? ` ${each}` : each);
        isSpaced = false;
      });
    },
    endLine,
    startBlock: (lineBreaks) => {
      breaks = Math.max(breaks, lineBreaks);
    },
    quote: (levels) => {
      breaks = 2;
      depth += levels;
    },
    toString: () => {
      if (line !== '') push(line, lineDepth);
      line = '';
      return withoutTrailing(lines.join('\n').replace(/^\n+/, ''), (character) => character === '\n');
    },
  };
};
