import libmime from 'libmime';
import { decodeBytes } from './charset.ts';
import { enrichedToText, isEnriched, isOtherForm, isReadableText } from './content-type.ts';
import { htmlToText } from './html-text.ts';
import { NotReadable, type MimeLimits } from './mime-limits.ts';
import { allParts, type Part } from './mime-parts.ts';

/** What of a message is read, as against kept. */
export interface Body {
  readonly text: string;
  /** The parts that the text was read from, and those that say the same in another form. */
  readonly parts: ReadonlySet<Part>;
  /** Content-IDs that the HTML refers to. */
  readonly contentIds: ReadonlySet<string>;
  /** That the first text part names; raw 8-bit header fields were written by the same program. */
  readonly charset: string | null;
}

/** The message's own text: of alternatives the plain one unless it is blank; HTML as text otherwise; lines end with `\n`. */
export const readBody = (root: Part, limits: MimeLimits): Body => {
  const parts = bodyParts(root, true);
  const contents = new Map(parts.map((part) => [part, decodeText(part)]));
  const chosen = chooseParts(root, contents);
  const html = chosen.filter(isHtml);
  if (html.reduce((sum, part) => sum + (contents.get(part)?.length ?? 0), 0) > limits.htmlCharacters)
    throw new NotReadable('too_large', `The HTML text is longer than ${limits.htmlCharacters} characters.`);
  const pieces = chosen.map((part) =>
    isHtml(part) ? htmlToText(contents.get(part) ?? '') : (contents.get(part) ?? ''),
  );
  return {
    text: tidy(pieces.join('\n')),
    parts: new Set([...parts, ...otherForms(root, new Set(chosen))]),
    contentIds: new Set(parts.filter(isHtml).flatMap((part) => referredIds(contents.get(part) ?? ''))),
    charset: parts[0]?.charset ?? null,
  };
};

const isHtml = (part: Part): boolean => part.contentType === 'text/html';

/**
 * Text parts that are no documents. One with a file name is a document (some programs attach log files `inline`), unless it
 * stands where only the message's text can stand: first, or among alternatives.
 */
const bodyParts = (part: Part, first: boolean): readonly Part[] => {
  if (part.children.length > 0) {
    const all = part.contentType === 'multipart/alternative';
    return part.children.flatMap((child, index) => bodyParts(child, first && (all || index === 0)));
  }
  return isReadableText(part.contentType) && part.disposition !== 'attachment' && (part.fileName === null || first)
    ? [part]
    : [];
};

/** Parts beside the text that was read, in `multipart/alternative`, that only say the same in another form. */
const otherForms = (part: Part, chosen: ReadonlySet<Part>): readonly Part[] => {
  const below = part.children.flatMap((child) => otherForms(child, chosen));
  if (part.contentType !== 'multipart/alternative' || !allParts(part).some((each) => chosen.has(each))) return below;
  const isForm = (child: Part): boolean =>
    isOtherForm(child.contentType) && child.disposition !== 'attachment' && child.fileName === null;
  return [...below, ...part.children.filter(isForm)];
};

const chooseParts = (part: Part, contents: ReadonlyMap<Part, string>): readonly Part[] => {
  if (part.children.length === 0) return contents.get(part)?.trim() ? [part] : [];
  const choices = part.children.map((child) => chooseParts(child, contents));
  if (part.contentType !== 'multipart/alternative') return choices.flat();
  const filled = choices.filter((choice) => choice.length > 0);
  return filled.find((choice) => !choice.some(isHtml)) ?? filled[0] ?? [];
};

const decodeText = (part: Part): string => {
  const decoded = decodeBytes(part.content, { label: part.charset, html: isHtml(part) });
  if (isEnriched(part.contentType)) return enrichedToText(decoded, part.contentType);
  return part.flowed ? libmime.decodeFlowed(decoded, part.delSp) : decoded;
};

/**
 * What people do not see is not kept: a no-break space reads as a space, a zero-width space as nothing. Mail programs put both
 * in by themselves, also around values.
 */
const tidy = (content: string): string =>
  content
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\0\u200b\ufeff]/g, '')
    .replace(/[\u00a0\u202f]/g, ' ');

const referredIds = (html: string): readonly string[] =>
  Array.from(html.matchAll(/\bcid:([^\s"'<>)]{1,256})/gi), ([, id = '']) => decodePercent(id));

const decodePercent = (id: string): string => {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
};
