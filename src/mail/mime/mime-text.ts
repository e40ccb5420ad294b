import { decodeBytes } from './encoding/charset.ts';
import { joinFlowed } from './encoding/flowed.ts';
import { enrichedToText, isEnriched, isOtherForm, isReadableText } from './parts/content-type.ts';
import { takePictures } from './html/html-pictures.ts';
import { markedAs } from './html/html-marks.ts';
import { htmlToText } from './html/html-text.ts';
import { NotReadable, type MimeLimits } from './parts/mime-limits.ts';
import { allParts, type Part } from './parts/mime-parts.ts';

/** What of a message is read, as against kept. */
export interface Body {
  readonly text: string;
  /** The parts that the text was read from, and those that say the same in another form. */
  readonly parts: ReadonlySet<Part>;
  /** Pictures that the HTML holds itself. */
  readonly pictures: readonly Part[];
  /** Content-IDs that the HTML refers to. */
  readonly contentIds: ReadonlySet<string>;
  /** That the first text part names; raw 8-bit header fields were written by the same program. */
  readonly charset: string | null;
}

/**
 * The message's own text: of alternatives the plain one, unless it is blank or a stub beside the HTML (spec §5); HTML as text
 * otherwise; lines end with `\n`.
 */
export const readBody = (root: Part, limits: MimeLimits): Body => {
  const parts = bodyParts(root, true);
  const contents = new Map(parts.map((part) => [part, decodeText(part)]));
  const light = new Map(parts.filter(isHtml).map((part) => [part, takePictures(contents.get(part) ?? '')]));
  const wordsOf = memoized((part: Part) =>
    isHtml(part) ? htmlWords(light.get(part)?.html ?? '', limits) : (contents.get(part) ?? ''),
  );
  const chosen = chooseParts(root, contents, wordsOf);
  const read = new Set(chosen);
  const html = chosen.filter(isHtml).map((part) => light.get(part)?.html ?? '');
  if (html.reduce((sum, each) => sum + countedLength(each), 0) > limits.htmlCharacters)
    throw new NotReadable('too_large', `The HTML text is longer than ${limits.htmlCharacters} characters.`);
  const beside = parts.filter((part) => isHtml(part) && !read.has(part));
  const pieces = chosen.map((part) =>
    markedBeside(wordsOf(part), beside, (each) => htmlWords(light.get(each)?.html ?? '', limits, 'quoted')),
  );
  return {
    text: tidy(pieces.join('\n')),
    parts: new Set([...parts, ...otherForms(root, read)]),
    pictures: [...light.values()].flatMap(({ pictures }) => pictures),
    contentIds: new Set(parts.filter(isHtml).flatMap((part) => referredIds(contents.get(part) ?? ''))),
    charset: parts[0]?.charset ?? null,
  };
};

/** A plain part that holds variables, with the marks of the HTML beside it; HTML that cannot be read marks nothing. */
const markedBeside = (plain: string, beside: readonly Part[], allOf: (part: Part) => string): string => {
  if (beside.length === 0 || !hasVariable(plain)) return plain;
  try {
    return markedAs(plain, allWords(beside, allOf));
  } catch (error) {
    if (error instanceof NotReadable) return plain;
    throw error;
  }
};

/** Text and its elements count; styles, drawings and attributes, of which most markup is, cost less and count as a whole. */
const countedLength = (html: string): number => {
  const lower = html.toLowerCase();
  let counted = html.length;
  for (const name of ['svg', 'style'])
    for (let at = lower.indexOf(`<${name}`); at >= 0;) {
      const end = lower.indexOf(`</${name}`, at);
      if (end < 0) break;
      counted -= end - at;
      at = lower.indexOf(`<${name}`, end);
    }
  for (const [value] of html.matchAll(/=\s?(?:"[^"<>]{1,4000}"|'[^'<>]{1,4000}')/g)) counted -= value.length;
  return counted;
};

const markupPerCharacter = 4;

const htmlWords = (html: string, { htmlCharacters }: MimeLimits, hidden?: 'quoted'): string => {
  if (html.length > htmlCharacters * markupPerCharacter || countedLength(html) > htmlCharacters)
    throw new NotReadable('too_large', `The HTML text is longer than ${htmlCharacters} characters.`);
  return htmlToText(html, hidden);
};

const memoized = <K, V>(compute: (key: K) => V): ((key: K) => V) => {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute(key);
    known.set(key, value);
    return value;
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

const chooseParts = (
  part: Part,
  contents: ReadonlyMap<Part, string>,
  wordsOf: (part: Part) => string,
): readonly Part[] => {
  if (part.children.length === 0) return contents.get(part)?.trim() ? [part] : [];
  const choices = part.children.map((child) => chooseParts(child, contents, wordsOf));
  if (part.contentType !== 'multipart/alternative') return choices.flat();
  const filled = choices.filter((choice) => choice.length > 0);
  const plain = filled.find((choice) => !choice.some(isHtml));
  const html = filled.find((choice) => choice.some(isHtml));
  if (plain === undefined || html === undefined) return plain ?? html ?? [];
  return isStub(allWords(plain, wordsOf), () => allWords(html, wordsOf)) ? html : plain;
};

const allWords = (parts: readonly Part[], wordsOf: (part: Part) => string): string => parts.map(wordsOf).join('\n');

/** A longer plain part is the sender's own text, however much markup says beside it. */
const maxStubLength = 300;
/** How much more the HTML says where the plain part is not its text. */
const stubShare = 5;

/**
 * The plain part is not the message: it orders nothing and the HTML does, or it is a small part of what the HTML says ("this
 * mail is HTML"). HTML that cannot be read is no better than a stub.
 */
const isStub = (plain: string, htmlText: () => string): boolean => {
  if (hasVariable(plain)) return false;
  try {
    const html = htmlText();
    const isShort = plain.trim().length <= maxStubLength && plain.trim().length * stubShare < html.trim().length;
    return isShort || hasVariable(html);
  } catch (error) {
    if (error instanceof NotReadable) return false;
    throw error;
  }
};

const hasVariable = (text: string): boolean => /@[A-Z_]{2,40}@\s*=/i.test(text.replace(/\p{Cf}/gu, ''));

const decodeText = (part: Part): string => {
  const decoded = decodeBytes(part.content, { label: part.charset, html: isHtml(part) });
  if (isEnriched(part.contentType)) return enrichedToText(decoded, part.contentType);
  return part.flowed ? joinFlowed(decoded, part.delSp) : decoded;
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
