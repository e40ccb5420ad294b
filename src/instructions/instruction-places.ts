import { openDocument } from './text/document.ts';
import type { MailHead } from './text/own-text.ts';
import { gather } from './values/gather.ts';
import { maxTextLength } from './text/limits.ts';
import type { Place } from './text/lines.ts';

/** A piece of a text, from one place to just before another. */
export interface PlaceRange {
  readonly from: Place;
  readonly to: Place;
}

/**
 * Where the variables stand that `readInstruction` reads in the sender's own words, in order: for show. Empty for a text that is too long
 * for it.
 */
export const instructionPlaces = (
  text: string,
  { acceptCurlyQuotes }: { readonly acceptCurlyQuotes: boolean },
  head: MailHead | null = null,
): readonly PlaceRange[] => {
  if (text.length > maxTextLength) return [];
  const document = openDocument(text, head);
  return gather(document, acceptCurlyQuotes).spans.map(({ from, to }) => ({
    from: document.place(from),
    to: document.place(to),
  }));
};
