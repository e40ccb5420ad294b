import { signWords } from './explain.ts';
import { openDocument } from './text/document.ts';
import { maxTextLength } from './text/limits.ts';
import type { MailHead } from './text/own-text.ts';

/** Lines of a text that its sender did not write, from one to another, counted from 1. */
export interface OtherLines {
  readonly from: number;
  readonly to: number;
  /** Why they were taken for another mail's: `they …`. */
  readonly because: string;
}

/** What `readInstruction` takes for other mails' text, in order: for show. Empty for a text that is too long for it. */
export const otherTexts = (text: string, head: MailHead | null): readonly OtherLines[] =>
  text.length > maxTextLength
    ? []
    : openDocument(text, head).others.map(({ from, to, sign }) => ({ from: from + 1, to, because: signWords[sign] }));
