/** What is looked at of an HTML element. */
interface Element {
  readonly name: string;
  readonly children: readonly { readonly nodeName: string }[];
  readonly attribs: Readonly<Record<string, string>>;
}

/** Characters of a style attribute that are looked at. */
const maxStyleLength = 4096;

const hidingStyles = [
  /(?:^|;)display:none/,
  /(?:^|;)visibility:(?:hidden|collapse)/,
  /(?:^|;)font-size:0+(?:\.0*)?(?:[a-z%]+)?(?:!important)?(?:;|$)/,
  /(?:^|;)opacity:0+(?:\.0*)?(?:!important)?(?:;|$)/,
  /(?:^|;)mso-hide:all/,
  /^(?=.*(?:^|;)max-height:0).*(?:^|;)overflow:hidden/,
];

/** The element is not shown, as far as its own attributes tell; style sheets are not read. */
export const isHidden = ({ attribs }: Pick<Element, 'attribs'>): boolean => {
  if (attribs['hidden'] !== undefined) return true;
  const style = plainStyle(attribs['style']);
  return style !== '' && hidingStyles.some((hiding) => hiding.test(style));
};

/** Outlook puts no quote around the mail that it answers, but a head with its sender and date above it, below a rule. */
export const opensQuotedMessage = ({ attribs }: Pick<Element, 'attribs'>): boolean => {
  const { id = '' } = attribs;
  if (/(?:divRplyFwdMsg|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container)$/iu.test(id)) return true;
  if (id === 'zwchr' || attribs['data-marker'] === '__DIVIDER__') return true;
  if (hasClass(attribs, /^(?:x_)*ms-outlook-mobile-reference-message$/iu)) return true;
  const style = plainStyle(attribs['style']);
  return /(?:^|;)padding:3(?:\.0)?pt0/.test(style) && /(?:^|;)border-(?:top:[^;]*solid|style:solidnone)/.test(style);
};

/** Classes of the containers in which mail programs and web mailers put what they quote, whatever prefix a sanitizer gave them. */
const quoteClass =
  /(?:^|_|\d)(?:yahoo_quoted|protonmail_quote|gmail_attr|moz-forward-container|moz-cite-prefix|zmail_extra|spark_quote|tutanota_quote)$/iu;

/** What the element holds is another mail's text. A blockquote that is only an indent, as editors make it, is none. */
export const isQuotation = (element: Element): boolean => {
  const { name, attribs, children } = element;
  if (hasClass(attribs, quoteClass) || /(?:yahoo_quoted|gmail_quote)/iu.test(attribs['id'] ?? '')) return true;
  if (attribs['name'] === 'quote' || attribs['data-marker'] === '__QUOTED_TEXT__') return true;
  if (name === 'blockquote') return !isIndent(attribs);
  // Around a forwarded mail it is the quotation itself; around an answered one it holds quotations, and answers between them.
  return hasClass(attribs, /(?:^|_)gmail_quote$/iu) && !children.some((child) => child.nodeName === 'blockquote');
};

const indentStyle =
  /^(?:(?:margin|padding)(?:-[a-z]+)?:[^;]*|border(?:-[a-z]+)*:(?:none|mediumnone|0(?:px)?|0px?none)|)$/;

const isIndent = (attribs: Readonly<Record<string, string>>): boolean => {
  if (['type', 'cite', 'class', 'id'].some((name) => attribs[name] !== undefined)) return false;
  const style = plainStyle(attribs['style']);
  return /(?:margin|padding)/.test(style) && style.split(';').every((declaration) => indentStyle.test(declaration));
};

const hasClass = ({ class: names = '' }: Readonly<Record<string, string>>, pattern: RegExp): boolean =>
  names.split(/\s+/u).some((name) => pattern.test(name));

const plainStyle = (style = ''): string =>
  style
    .slice(0, maxStyleLength)
    .replace(/\/\*[^*]*\*\//g, '')
    .replace(/\s+/g, '')
    .toLowerCase();
