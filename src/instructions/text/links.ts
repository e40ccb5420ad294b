/** From (inclusive) and to (exclusive), in UTF-16 units. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Longest `<mailto:…>` that is read as one, in UTF-16 units. */
const longestLink = 8192;

const linkStart = /<?mailto:|https?:\/\//giu;
const linkEnd = /[\s'<>"]/u;

/**
 * The links of a text, in order. A link's target is not what the sender wrote (spec §5): a mail that shows the Accept and the
 * Refuse link carries no choice. `<mailto:…>` reaches to its `>`, also over wrapped lines; a bare one with header fields to the
 * end of its line, because the manual leaves spaces in it; any other to the next space, quote or bracket.
 */
export const findLinks = (text: string): readonly Span[] => {
  const links: Span[] = [];
  let bracket = -1;
  linkStart.lastIndex = 0;
  for (let match = linkStart.exec(text); match !== null; match = linkStart.exec(text)) {
    const from = match.index;
    if (bracket < from) {
      bracket = text.indexOf('>', from);
      if (bracket === -1) bracket = Number.POSITIVE_INFINITY;
    }
    const to =
      match[0].startsWith('<') && closes(text, from, bracket)
        ? bracket
        : endOfBareLink(text, from + match[0].length, match[0]);
    links.push({ from, to });
    linkStart.lastIndex = Math.max(to, from + match[0].length);
  }
  return links;
};

const closes = (text: string, from: number, bracket: number): boolean =>
  bracket - from <= longestLink && !text.slice(from, bracket).includes('\n\n');

const endOfBareLink = (text: string, from: number, scheme: string): number => {
  let at = from;
  while (at < text.length && !linkEnd.test(text.charAt(at))) at += 1;
  if (scheme.startsWith('http') || !text.slice(from, at).includes('?')) return at;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
};

/** Whether an offset lies within one of `links`, which are in order. */
export const isInLink = (links: readonly Span[], offset: number): boolean => {
  let low = 0;
  let high = links.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((links[middle]?.to ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const link = links[low];
  return link !== undefined && link.from <= offset;
};
