/** What is looked at of an HTML element. */
interface Element {
  readonly attribs?: Readonly<Record<string, string>>;
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
export const isHidden = ({ attribs = {} }: Element): boolean => {
  if (attribs['hidden'] !== undefined) return true;
  const style = plainStyle(attribs['style']);
  return style !== '' && hidingStyles.some((hiding) => hiding.test(style));
};

/** Outlook puts no quote around the mail that it answers, but a head with its sender and date above it. */
export const opensQuotedMessage = ({ attribs = {} }: Element): boolean => {
  if (attribs['id'] === 'divRplyFwdMsg' || attribs['id'] === 'OLK_SRC_BODY_SECTION') return true;
  return /^border:none;border-top:solid#[0-9a-f]{6}1\.0pt;padding:3\.0pt0/.test(plainStyle(attribs['style']));
};

const plainStyle = (style = ''): string =>
  style
    .slice(0, maxStyleLength)
    .replace(/\/\*[^*]*\*\//g, '')
    .replace(/\s+/g, '')
    .toLowerCase();
