import { compile, type FormatCallback } from 'html-to-text';
import { Parser } from 'htmlparser2';
import { NotReadable } from '../parts/mime-limits.ts';
import { createVisibility, readStyleSheet, type StyledElement } from './html-visibility.ts';
import { isHidden, isQuotation, opensQuotedMessage } from './html-elements.ts';

/** Elements within each other, inclusive. Mail programs stay under 100; the converter is recursive and fails at some thousands. */
const maxDepth = 400;

/**
 * HTML as the text that its reader sees: without link targets, image descriptions, comments and hidden elements; quoted text
 * as `> ` lines or below an `-----Original Message-----`. Throws NotReadable when it is nested too deep, and when there is text
 * but none of it comes out: instructions must not vanish without a word.
 */
export const htmlToText = (html: string): string => {
  const { depth, hasText, css, hasVariables } = survey(html);
  if (depth > maxDepth)
    throw new NotReadable('unreadable', `The HTML text is nested deeper than ${maxDepth} elements.`);
  const verdictOf = createVisibility(readStyleSheet(css));
  const isShown = (element: StyledElement): boolean => !hasVariables || verdictOf(element) === 'shown';
  const text = converter(isShown)(html);
  if (hasText && text.trim() === '') throw new NotReadable('unreadable', 'The HTML text is hidden as a whole.');
  return text;
};

/** Whether a reader sees the text of an element beyond doubt. */
type IsShown = (element: StyledElement) => boolean;

interface Survey {
  readonly depth: number;
  readonly hasText: boolean;
  /** What the style sheets hold. */
  readonly css: string;
  /** Whether the text may hold variables: without two `@` nothing of it can order. */
  readonly hasVariables: boolean;
}

/** Measures with the converter's own parser, and stops where it would become slow: at the depth limit. */
const survey = (html: string): Survey => {
  let level = 0;
  let depth = 0;
  let skipping = 0;
  let hasText = false;
  let css = '';
  let signs = 0;
  let inStyle = 0;
  const parser = new Parser({
    onopentagname(name) {
      level += 1;
      depth = Math.max(depth, level);
      if (neverText.has(name)) skipping += 1;
      if (name === 'style') inStyle += 1;
      if (depth > maxDepth) parser.pause();
    },
    onclosetag(name) {
      level -= 1;
      if (neverText.has(name)) skipping -= 1;
      if (name === 'style') inStyle -= 1;
    },
    ontext(data) {
      if (inStyle > 0) css += data;
      else signs += data.match(/@|%40|[\uFE6B\uFF20]/gu)?.length ?? 0;
      hasText ||= skipping === 0 && data.trim() !== '';
    },
  });
  parser.write(html);
  if (depth <= maxDepth) parser.end();
  return { depth, hasText, css, hasVariables: signs > 1 };
};

const neverText = new Set(['head', 'title', 'style', 'script', 'template', 'noscript', 'object', 'svg']);

const unlessHidden =
  (isShown: IsShown, format: FormatCallback): FormatCallback =>
  (element, walk, builder, options) => {
    if (isHidden(element)) return;
    if (opensQuotedMessage(element)) {
      builder.openBlock({ leadingLineBreaks: 2 });
      builder.addInline('-----Original Message-----');
      builder.closeBlock({ trailingLineBreaks: 1 });
    }
    const { parent } = element;
    const isDoubtful = !isShown(element) && (parent === undefined || isShown(parent));
    (isDoubtful || isQuotation(element) ? quote : format)(element, walk, builder, options);
  };

const block =
  (lineBreaks: number, prefix = ''): FormatCallback =>
  (element, walk, builder) => {
    builder.openBlock({ leadingLineBreaks: lineBreaks, isPre: element.name === 'pre' });
    if (prefix !== '') builder.addInline(prefix);
    walk(element.children, builder);
    builder.closeBlock({ trailingLineBreaks: lineBreaks });
  };

const quote: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2, reservedLineLength: 2 });
  walk(element.children, builder);
  builder.closeBlock({
    trailingLineBreaks: 2,
    blockTransform: (text) => text.replace(/^/gm, '> '),
  });
};

const select = (format: string, ...selectors: readonly string[]) => selectors.map((selector) => ({ selector, format }));

const converter = (isShown: IsShown) =>
  compile({
    wordwrap: false,
    whitespaceCharacters: ' \t\r\n\f',
    // Text outside the body is shown, too.
    baseElements: { selectors: [], returnDomByDefault: true },
    formatters: {
      shownInline: unlessHidden(isShown, (element, walk, builder) => walk(element.children, builder)),
      shownBlock: unlessHidden(isShown, block(1)),
      shownParagraph: unlessHidden(isShown, block(2)),
      shownItem: unlessHidden(isShown, block(1, '- ')),
    },
    selectors: [
      ...select('shownInline', '*', 'a'),
      ...select(
        'shownBlock',
        'address',
        'article',
        'aside',
        'body',
        'center',
        'dd',
        'div',
        'dl',
        'dt',
        'fieldset',
        'footer',
      ),
      ...select('shownBlock', 'form', 'header', 'hr', 'main', 'nav', 'ol', 'section', 'table', 'td', 'th', 'tr', 'ul'),
      // Outlook writes each line as a paragraph of this class, without space between them.
      ...select('shownBlock', 'p.MsoNormal', 'p.MsoPlainText'),
      ...select('shownParagraph', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'pre', 'blockquote'),
      ...select('shownItem', 'li'),
      ...select('lineBreak', 'br'),
      ...select('skip', 'img', ...neverText),
    ],
  });
