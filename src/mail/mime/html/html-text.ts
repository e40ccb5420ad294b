import { NotReadable } from '../parts/mime-limits.ts';
import { isHidden, isQuotation, opensQuotedMessage } from './html-elements.ts';
import { htmlTree, isElement, isHtmlElement, isText, textWithoutTree, type HtmlNode } from './html-tree.ts';
import { createVisibility, readStyleSheet, type StyledElement } from './html-visibility.ts';
import { createTextLines, type TextLines } from './text-lines.ts';

/**
 * HTML as the text that its reader sees: without link targets, image descriptions, comments and hidden elements; quoted text, and
 * text of which it is in doubt whether a reader sees it, as `> ` lines or below an `-----Original Message-----`. Depth is no bound. Throws
 * NotReadable when there is text but none of it comes out: instructions must not vanish without a word.
 * @param hidden what becomes of elements that are not shown
 */
export const htmlToText = (html: string, hidden: 'left out' | 'quoted' = 'left out'): string => {
  const nodes = htmlTree(html);
  const lines = createTextLines();
  if (nodes === null) {
    lines.quote(1);
    lines.addPlain(textWithoutTree(html));
    return lines.toString();
  }
  const { css, hasText, hasVariables } = survey(nodes);
  const verdictOf = createVisibility(readStyleSheet(css));
  writeText(nodes, lines, {
    isShown: (element) => !hasVariables || (verdictOf(element) === 'shown' && !isHidden(element)),
    isLeftOut: (element) => hidden === 'left out' && isHidden(element),
  });
  const text = lines.toString();
  if (hasText && text.trim() === '') throw new NotReadable('unreadable', 'The HTML text is hidden as a whole.');
  return text;
};

interface Survey {
  readonly hasText: boolean;
  /** What the style sheets hold. */
  readonly css: string;
  /** Whether the text may hold variables: without two `@` nothing of it can order. */
  readonly hasVariables: boolean;
}

const survey = (nodes: readonly HtmlNode[]): Survey => {
  const css: string[] = [];
  let hasText = false;
  let signs = 0;
  walk(nodes, {
    enter: (node) => {
      if (isElement(node)) {
        if (node.tagName === 'style') css.push(...node.childNodes.filter(isText).map((each) => each.value));
        return !neverText(node);
      }
      if (!isText(node)) return false;
      signs += node.value.match(/@|%40|[\uFE6B\uFF20]/gu)?.length ?? 0;
      hasText ||= node.value.trim() !== '';
      return false;
    },
    leave: () => undefined,
  });
  return { hasText, css: css.join(''), hasVariables: signs > 1 };
};

interface Visitor {
  /** Tells whether the children are visited. */
  readonly enter: (node: HtmlNode) => boolean;
  /** Behind the children of a node that was entered. */
  readonly leave: (node: HtmlNode) => void;
}

/** Through a tree as it stands in the text, whatever its depth. */
const walk = (nodes: readonly HtmlNode[], { enter, leave }: Visitor): void => {
  const open: { readonly node: HtmlNode | null; readonly children: readonly HtmlNode[]; next: number }[] = [
    { node: null, children: nodes, next: 0 },
  ];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const child = top.children[top.next];
    top.next += 1;
    if (child === undefined) {
      open.pop();
      if (top.node !== null) leave(top.node);
    } else if (enter(child)) open.push({ node: child, children: isElement(child) ? child.childNodes : [], next: 0 });
  }
};

const nothing = new Set('title style script template noscript object img'.split(' '));
const neverText = (node: HtmlNode): boolean =>
  node.nodeName === 'svg' || (isHtmlElement(node) && nothing.has(node.tagName));

/** Lines that stand between the element and what is around it. Others stand within a line. */
const blocks: ReadonlyMap<string, number> = new Map([
  ...'address article aside body center dd details dialog div dl dt fieldset figcaption figure footer form header hr legend'
    .split(' ')
    .map((name) => [name, 1] as const),
  ...'li main nav ol section summary table td th tr ul caption'.split(' ').map((name) => [name, 1] as const),
  ...'h1 h2 h3 h4 h5 h6 p pre blockquote'.split(' ').map((name) => [name, 2] as const),
]);

/** An element that is open, with what its end does. */
interface Open {
  readonly element: StyledElement;
  readonly isShown: boolean;
  readonly isPlain: boolean;
  readonly lineBreaks: number;
  readonly isQuoted: boolean;
}

/** As a rule of styles and one of elements look at it. */
type OpenedElement = StyledElement & Parameters<typeof isHidden>[0];

const writeText = (
  nodes: readonly HtmlNode[],
  lines: TextLines,
  { isShown, isLeftOut }: Readonly<Record<'isShown' | 'isLeftOut', (element: OpenedElement) => boolean>>,
): void => {
  const open: Open[] = [];
  walk(nodes, {
    enter: (node) => {
      const above = open.at(-1);
      if (isText(node)) {
        if (above?.isPlain === true) lines.addPlain(node.value);
        else lines.addText(node.value);
        return false;
      }
      if (!isElement(node) || neverText(node)) return false;
      if (node.tagName === 'br') {
        lines.endLine();
        return false;
      }
      const attribs = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      const element = { name: node.tagName, attribs, parent: above?.element, children: node.childNodes };
      if (isLeftOut(element)) return false;
      if (opensQuotedMessage(element)) {
        lines.startBlock(2);
        lines.addText('-----Original Message-----');
        lines.startBlock(1);
      }
      const shown = isShown(element);
      const isQuoted = (!shown && (above?.isShown ?? true)) || isQuotation(element);
      const lineBreaks = lineBreaksOf(node.tagName, attribs['class'] ?? '');
      if (lineBreaks > 0) lines.startBlock(lineBreaks);
      if (isQuoted) lines.quote(1);
      else if (node.tagName === 'li') lines.addText('- ');
      const isPlain =
        above?.isPlain === true || ['pre', 'textarea', 'listing', 'xmp', 'plaintext'].includes(node.tagName);
      open.push({ element, isShown: shown, isPlain, lineBreaks, isQuoted });
      return true;
    },
    leave: () => {
      const { lineBreaks = 0, isQuoted = false } = open.pop() ?? {};
      if (lineBreaks > 0) lines.startBlock(lineBreaks);
      if (isQuoted) lines.quote(-1);
    },
  });
};

/** Outlook writes each line as a paragraph of these classes, without space between them. */
const lineBreaksOf = (name: string, classes: string): number =>
  name === 'p' && /(?:^|\s)Mso(?:Normal|PlainText)(?:\s|$)/u.test(classes) ? 1 : (blocks.get(name) ?? 0);
