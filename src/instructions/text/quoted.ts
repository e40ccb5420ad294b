import { isBlank } from './characters.ts';
import { lineText } from './lines.ts';
import { attributionLength, isDivider, isHeaderBlock, mayOpenBlock } from './quote-markers.ts';

/** Lines looked at together: Outlook's header block, with Cc and a blank line, is no longer. */
const windowLines = 6;

/** A `>` line at least this long was as long as its mail program allows: what follows without `>` was broken off it. */
const fullLineLength = 60;

const deepest = 255;

/** Where the text of a line begins after its marks of quotation, and how many there are. */
export const quotePrefix = (line: string): { marks: number; end: number } => {
  let marks = 0;
  let end = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line.charAt(at) === '>') {
      marks += 1;
      end = at + 1;
    } else if (!isBlank(line.charAt(at))) break;
  }
  return { marks, end };
};

/**
 * For each line, how deep it is quoted: 0 = written by the sender, 1 = in the mail that is answered, 2 = in the one before …
 * (at most 255). A line is quoted by `>`, or by standing below "Original Message" and its kin. An attribution
 * (`On … wrote:`) that `>` lines follow leaves it to them, because some people answer below.
 */
export const quoteDepths = (text: string, starts: readonly number[]): Uint8Array => {
  const depths = new Uint8Array(starts.length);
  const lineAt = (line: number): string => lineText(text, starts, line);
  let below = 0;
  let wrapped = 0;
  for (let line = 0; line < starts.length; line += 1) {
    const here = lineAt(line);
    const { marks } = quotePrefix(here);
    if (marks > 0) {
      depths[line] = Math.min(below + marks, deepest);
      wrapped = here.length >= fullLineLength ? marks : 0;
      continue;
    }
    if (here.trim() !== '') {
      if (opensQuotation(here, line, lineAt, starts.length)) below += 1;
      depths[line] = Math.min(below + wrapped, deepest);
    } else depths[line] = Math.min(below, deepest);
    wrapped = 0;
  }
  return depths;
};

/** Whether all that follows is quoted, this line included. */
const opensQuotation = (here: string, line: number, lineAt: (line: number) => string, count: number): boolean => {
  if (isDivider(here)) return true;
  if (!mayOpenBlock(here)) return false;
  const window = [here];
  for (let next = line + 1; next < Math.min(line + windowLines, count); next += 1) window.push(lineAt(next));
  if (isHeaderBlock(window)) return true;
  const attribution = attributionLength(window);
  if (attribution === 0) return false;
  const next = window.slice(attribution).find((text) => text.trim() !== '');
  return next === undefined || quotePrefix(next).marks === 0;
};
