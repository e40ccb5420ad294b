import {
  defaultTreeAdapter,
  html as names,
  Parser,
  Tokenizer,
  TokenizerMode,
  type DefaultTreeAdapterMap,
} from 'parse5';

export type HtmlNode = DefaultTreeAdapterMap['childNode'];
export type HtmlElement = DefaultTreeAdapterMap['element'];

/** Steps that the parser may take beyond one a tag: it looks through open elements at each tag, and through neighbours where it moves content. */
const maxSteps = 200_000_000;
/** Elements of one text; a mail of the largest size has a tenth. */
const maxElements = 400_000;

/** The text costs more than the tree of a browser may. */
class TooTangled extends Error {
  override readonly name = 'TooTangled';
}

/**
 * The tree that a browser makes of the HTML (WHATWG HTML §13.2), without scripts. Null where that would take more than time linear
 * in its length: markup nested or left open tens of thousands deep, as no program writes it.
 */
export const htmlTree = (source: string): readonly HtmlNode[] | null => {
  let tags = 1;
  for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', at + 1)) tags += 1;
  const maxDepth = maxSteps / tags;
  let elements = 0;
  let steps = 0;
  const spend = (more: number): void => {
    steps += more;
    if (steps > maxSteps || elements > maxElements || parser.openElements.stackTop > maxDepth) throw new TooTangled();
  };
  const parser = new Parser<DefaultTreeAdapterMap>({
    scriptingEnabled: false,
    treeAdapter: {
      ...defaultTreeAdapter,
      createElement: (...element) => {
        elements += 1;
        spend(1);
        return defaultTreeAdapter.createElement(...element);
      },
      insertBefore: (parent, ...where) => {
        spend(parent.childNodes.length);
        defaultTreeAdapter.insertBefore(parent, ...where);
      },
      insertTextBefore: (parent, ...where) => {
        spend(parent.childNodes.length);
        defaultTreeAdapter.insertTextBefore(parent, ...where);
      },
      detachNode: (node) => {
        spend(node.parentNode?.childNodes.length ?? 0);
        defaultTreeAdapter.detachNode(node);
      },
    },
  });
  try {
    parser.tokenizer.write(source, true);
    return parser.document.childNodes;
  } catch (error) {
    if (error instanceof TooTangled) return null;
    throw error;
  }
};

/** Elements whose content is no markup (WHATWG HTML §13.2.5). */
const rawText: Readonly<Record<string, (typeof TokenizerMode)[keyof typeof TokenizerMode]>> = {
  ...{ title: TokenizerMode.RCDATA, textarea: TokenizerMode.RCDATA, script: TokenizerMode.SCRIPT_DATA },
  ...{ style: TokenizerMode.RAWTEXT, xmp: TokenizerMode.RAWTEXT, iframe: TokenizerMode.RAWTEXT },
  ...{ noembed: TokenizerMode.RAWTEXT, noframes: TokenizerMode.RAWTEXT, plaintext: TokenizerMode.PLAINTEXT },
};

/** All text of HTML that has no tree, a line a tag, but for scripts and styles. What of it a reader sees is not known. */
export const textWithoutTree = (source: string): string => {
  const pieces: string[] = [];
  let skipping = false;
  const ignore = (): void => undefined;
  const onText = ({ chars }: { readonly chars: string }): void => {
    if (!skipping) pieces.push(chars);
  };
  const tokenizer = new Tokenizer(
    {},
    {
      onStartTag: ({ tagName }) => {
        tokenizer.state = rawText[tagName] ?? tokenizer.state;
        skipping = tagName === 'script' || tagName === 'style';
        pieces.push('\n');
      },
      onEndTag: () => {
        skipping = false;
        pieces.push('\n');
      },
      onCharacter: onText,
      onWhitespaceCharacter: onText,
      onNullCharacter: ignore,
      onComment: ignore,
      onDoctype: ignore,
      onEof: ignore,
    },
  );
  tokenizer.write(source, true);
  return pieces.join('').replace(/\s+/gu, (run) => (run.includes('\n') ? '\n' : run));
};

export const isElement = (node: HtmlNode): node is HtmlElement => defaultTreeAdapter.isElementNode(node);

/** An element of HTML, and not of a drawing or a formula within it, in which names mean other things. */
export const isHtmlElement = (node: HtmlNode): node is HtmlElement =>
  isElement(node) && node.namespaceURI === names.NS.HTML;

export const isText = (node: HtmlNode): node is DefaultTreeAdapterMap['textNode'] =>
  defaultTreeAdapter.isTextNode(node);
