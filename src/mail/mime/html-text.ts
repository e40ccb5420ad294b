import { compile, type FormatCallback } from 'html-to-text';
import { Parser } from 'htmlparser2';
import { NotReadable } from './mime-limits.ts';
import { isHidden, isQuotation, opensQuotedMessage } from './html-elements.ts';

/** Elements within each other, inclusive. Mail programs stay under 100; the converter is recursive and fails at some thousands. */
const maxDepth = 400;

/**
 * HTML as the text that its reader sees: without link targets, image descriptions, comments and hidden elements; quoted text
 * as `> ` lines or below an `-----Original Message-----`. Throws NotReadable when it is nested too deep, and when there is text
 * but none of it comes out: instructions must not vanish without a word.
 */
export const htmlToText = (html: string): string => {
  const { depth, hasText } = survey(html);
  if (depth > maxDepth)
    throw new NotReadable('unreadable', `The HTML text is nested deeper than ${maxDepth} elements.`);
  const text = convert(html);
  if (hasText && text.trim() === '') throw new NotReadable('unreadable', 'The HTML text is hidden as a whole.');
  return text;
};

/** Measures with the converter's own parser, and stops where it would become slow: at the depth limit. */
const survey = (html: string): { readonly depth: number; readonly hasText: boolean } => {
  let level = 0;
  let depth = 0;
  let skipping = 0;
  let hasText = false;
  const parser = new Parser({
    onopentagname(name) {
      level += 1;
      depth = Math.max(depth, level);
      if (neverText.has(name)) skipping += 1;
      if (depth > maxDepth) parser.pause();
    },
    onclosetag(name) {
      level -= 1;
      if (neverText.has(name)) skipping -= 1;
    },
    ontext(data) {
      hasText ||= skipping === 0 && data.trim() !== '';
    },
  });
  parser.write(html);
  if (depth <= maxDepth) parser.end();
  return { depth, hasText };
};

const neverText = new Set(['head', 'title', 'style', 'script', 'template', 'noscript', 'object', 'svg']);

const unlessHidden =
  (format: FormatCallback): FormatCallback =>
  (element, walk, builder, options) => {
    if (isHidden(element)) return;
    if (opensQuotedMessage(element)) {
      builder.openBlock({ leadingLineBreaks: 2 });
      builder.addInline('-----Original Message-----');
      builder.closeBlock({ trailingLineBreaks: 1 });
    }
    (isQuotation(element) ? quote : format)(element, walk, builder, options);
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

const convert = compile({
  wordwrap: false,
  whitespaceCharacters: ' \t\r\n\f',
  // Text outside the body is shown, too.
  baseElements: { selectors: [], returnDomByDefault: true },
  formatters: {
    shownInline: unlessHidden((element, walk, builder) => walk(element.children, builder)),
    shownBlock: unlessHidden(block(1)),
    shownParagraph: unlessHidden(block(2)),
    shownItem: unlessHidden(block(1, '- ')),
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
