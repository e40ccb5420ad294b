import { openDocument } from '../../../instructions/text/document.ts';
import { lineText } from '../../../instructions/text/lines.ts';

/**
 * The plain part with the marks of the HTML part beside it (spec §5): a line that holds a variable, which the HTML has in quoted text
 * or in what its reader may not see, and nowhere else, is quoted here, too. Mail programs that make one part of the other lose
 * what tells them apart. Linear in both.
 * @param html the HTML part as text, see `htmlToText`
 */
export const markedAs = (plain: string, html: string): string => {
  const own = dividedBy(html, true);
  const other = dividedBy(html, false);
  if (other === '') return plain;
  return plain
    .split('\n')
    .map((line) => {
      const isOthers = variablesIn(line).some((piece) => other.includes(piece) && !own.includes(piece));
      return isOthers ? `> ${line}` : line;
    })
    .join('\n');
};

/** What is the sender's own of a text, or what is not, without what programs change when they wrap and mark it. */
const dividedBy = (text: string, isOwn: boolean): string => {
  const { starts, depths, text: whole } = openDocument(text, null);
  return starts
    .map((_start, line) => (((depths[line] ?? 0) === 0) === isOwn ? squeezed(lineText(whole, starts, line)) : '\n'))
    .join('');
};

const squeezed = (text: string): string =>
  text.replace(/[\s\p{Cf}\p{Default_Ignorable_Code_Point}*>]+/gu, '').toLowerCase();

/** Each variable of a line with its value, as far as it stands there. */
const variablesIn = (line: string): readonly string[] => {
  const text = squeezed(line);
  const places = Array.from(text.matchAll(/@[a-z_]{2,40}@=/gu), ({ index }) => index);
  return places.map((from, place) => {
    const piece = text.slice(from, places[place + 1] ?? text.length);
    const quote = piece.lastIndexOf("'");
    return quote > 0 ? piece.slice(0, quote + 1) : piece;
  });
};
