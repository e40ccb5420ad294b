import { endOfLine, trimSpace } from '../text/characters.ts';

/** `Recipient / Requesting person : address`, which names both (spec §6). Offsets in UTF-16 units. */
export interface PersonLine {
  readonly value: string;
  readonly at: number;
  readonly to: number;
}

const label = /^[\t\p{Zs}]*recipient[\t\p{Zs}]*\/[\t\p{Zs}]*requesting[\t\p{Zs}]+person[\t\p{Zs}]*:/gimu;

/** The lines of this form that name somebody; one without a value is a form not filled in. */
export const findPersonLines = (text: string): readonly PersonLine[] => {
  const lines: PersonLine[] = [];
  for (const match of text.matchAll(label)) {
    const to = endOfLine(text, match.index, text.length);
    const value = trimSpace(text.slice(match.index + match[0].length, to));
    if (value !== '') lines.push({ value, at: match.index, to });
  }
  return lines;
};
