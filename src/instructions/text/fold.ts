import { lastVisible, trimSpace } from './characters.ts';

/** A short value as meant: each line break, with the blanks around it, is one space (spec §5). */
export const foldLines = (text: string): string =>
  text
    .split('\n')
    .map(trimSpace)
    .filter((line) => line !== '')
    .join(' ');

/** A long value as meant: its lines, without the blanks at their ends. */
export const keepLines = (text: string): string =>
  trimSpace(
    text
      .split('\n')
      .map((line) => line.slice(0, lastVisible(line, 0, line.length) + 1))
      .join('\n'),
  );
