import { colord, extend } from 'colord';
import namesPlugin from 'colord/plugins/names';
import { parse, type AtRule, type ChildNode, type Declaration, type Rule } from 'postcss';

extend([namesPlugin]);

/** What is looked at of an HTML element; the parent of one at the top is a document without a name. */
export interface StyledElement {
  readonly name?: string | undefined;
  readonly attribs?: Readonly<Record<string, string>> | undefined;
  readonly parent?: StyledElement | null | undefined;
}

/** Most rules and units of style sheets that are computed; a mail with more is in doubt as a whole. */
const maxRules = 2000;
const maxSheetLength = 262_144;
const maxComparisons = 1_000_000;
/** Smallest size of letters and boxes that a reader sees, in CSS pixels. */
const smallestSize = 6;
/** Contrast by WCAG of two colours that can be told from each other. */
const leastContrast = 1.5;
const leastOpacity = 0.5;
/** Elements whose letters are smaller than those around them. */
const smaller = new Set(['small', 'sub', 'sup']);

/** Elements that all mail programs show as they are. */
const shownElements = new Set(
  [
    'html body div p span a br hr wbr center font b strong i em u ins mark small big sub sup tt code kbd samp var pre',
    'h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr td th blockquote q cite address',
    'article aside main nav section header footer figure figcaption fieldset legend form label time abbr acronym dfn img',
    'meta link style title head base script o:p',
  ].flatMap((names) => names.split(' ')),
);
/** Outlook's smart tags are shown as their text. */
const smartTag = /^(?:st1|u1|w|v|o):[a-z0-9]{1,20}$/;

type Verdict = 'shown' | 'doubtful';

interface StyleRule {
  readonly compound: Compound;
  /** Later and more special ones win. */
  readonly weight: number;
  readonly declarations: readonly Style[];
}

interface Compound {
  readonly tag: string | null;
  readonly id: string | null;
  readonly classes: readonly string[];
}

interface Style {
  readonly property: string;
  readonly value: string;
  readonly important: boolean;
}

/** The style sheets of one mail; null when they cannot be computed. */
export type StyleSheet = {
  readonly byKey: ReadonlyMap<string, readonly StyleRule[]>;
  /** Names of the fonts that it brings with it, lower case. */
  readonly fonts: ReadonlySet<string>;
  /** How many more rules are held against elements before the rest is in doubt: keeps the time linear. */
  readonly work: { left: number };
} | null;

/** Reads the content of all `<style>` elements. */
export const readStyleSheet = (css: string): StyleSheet => {
  if (css.length > maxSheetLength) return null;
  try {
    const byKey = new Map<string, StyleRule[]>();
    const fonts = new Set<string>();
    let rules = 0;
    const add = (nodes: readonly ChildNode[], isDark: boolean): void => {
      for (const node of nodes) {
        if (node.type === 'atrule') addAtRule(node, isDark);
        if (node.type === 'rule') addRule(node, isDark);
      }
    };
    const addAtRule = (node: AtRule, isDark: boolean, outer: readonly string[] = []): void => {
      const name = node.name.toLowerCase();
      if (name === 'font-face') {
        const styles = stylesOf(node.nodes ?? []);
        if (styles.some(({ property }) => property === 'src'))
          for (const { property, value } of styles) if (property === 'font-family') fonts.add(fontName(value));
      }
      if (/^(?:font-face|page|list|charset|namespace|import|keyframes|-ms-viewport|viewport)$/.test(name)) return;
      if (name === 'media' && /^\s*print\s*$/iu.test(node.params)) return;
      // Declarations in a rule's own condition apply to that rule's elements.
      const own = (node.nodes ?? []).filter(({ type }) => type === 'decl');
      if (own.length > 0 && outer.length > 0) throw new RangeError('not computed');
      add(node.nodes ?? [], isDark || /prefers-color-scheme\s*:\s*dark/iu.test(node.params));
    };
    const addRule = (node: Rule, isDark: boolean, outer: readonly string[] = []): void => {
      const declarations = stylesOf(node.nodes).filter(({ property }) => !(isDark && isColour(property)));
      const selectors = nested(node.selectors, outer);
      for (const each of node.nodes) {
        if (each.type === 'rule') addRule(each, isDark, selectors);
        if (each.type === 'atrule') addAtRule(each, isDark, selectors);
      }
      for (const selector of selectors) {
        const compound = lastCompound(selector);
        if (compound === null) continue;
        if ((rules += 1) > maxRules) throw new RangeError('more rules than are computed');
        const key = compound.id ?? compound.classes[0] ?? compound.tag ?? '*';
        const list = byKey.get(key) ?? [];
        list.push({ compound, weight: specificity(selector) * maxRules * 2 + rules, declarations });
        byKey.set(key, list);
      }
    };
    add(parse(css.replace(/<!--|-->/gu, ' ')).nodes, false);
    return { byKey, fonts, work: { left: maxComparisons } };
  } catch {
    return null;
  }
};

/** Selectors within another rule: each with each of its own in the place of `&`, or before it. At most as many as rules are computed. */
const nested = (selectors: readonly string[], outer: readonly string[]): readonly string[] => {
  if (outer.length === 0) return selectors;
  if (selectors.length * outer.length > maxRules) throw new RangeError('more selectors than are computed');
  return outer.flatMap((above) =>
    selectors.map((selector) => (selector.includes('&') ? selector.replaceAll('&', above) : `${above} ${selector}`)),
  );
};

const isColour = (property: string): boolean => property === 'color' || property.startsWith('background');

const stylesOf = (nodes: readonly ChildNode[]): readonly Style[] =>
  nodes
    .filter((node): node is Declaration => node.type === 'decl')
    .map(({ prop, value, important }) => ({
      property: prop.toLowerCase(),
      value: value
        .replace(/\/\*[^]*?(?:\*\/|$)/gu, '')
        .trim()
        .toLowerCase(),
      important: important === true,
    }));

/**
 * What the last part of a selector asks of the element itself. What stands before it, attributes and states are taken as given: a rule
 * that may apply does. Null for text that is no element's: `::before` and its like.
 */
const lastCompound = (selector: string): Compound | null => {
  const plain = selector
    .toLowerCase()
    .replace(/\[[^\][]*\]?/gu, '')
    .replace(/::?(?:before|after|marker|placeholder|selection|-[a-z-]+)\b[^]*$/u, '::')
    .trim();
  if (plain.endsWith('::')) return null;
  const last =
    plain
      .replace(/:[a-z-]+(?:\([^()]*\))?/gu, '')
      .split(/[\s>+~]+/u)
      .at(-1) ?? '';
  const tag = /^[a-z][\w:\\-]*/u.exec(last)?.[0].replaceAll('\\', '') ?? null;
  return {
    tag,
    id: /#([\w-]+)/u.exec(last)?.[1] ?? null,
    classes: Array.from(last.matchAll(/\.([\w-]+)/gu), ([, name = '']) => name),
  };
};

const specificity = (selector: string): number =>
  100 * (selector.match(/#/gu)?.length ?? 0) +
  10 * (selector.match(/[.[:]/gu)?.length ?? 0) +
  (selector.match(/(?:^|[\s>+~])[a-z]/giu)?.length ?? 0);

/** What an element hands on to those in it. */
interface Computed {
  readonly verdict: Verdict;
  readonly fontSize: number;
  /** Of the element and all around it. */
  readonly opacity: number;
  readonly colour: string;
  readonly background: string;
}

const initial: Computed = { verdict: 'shown', fontSize: 16, opacity: 1, colour: '#000', background: '#fff' };

/** Tells for the elements of one mail whether a reader sees their text beyond doubt (spec §5). */
export const createVisibility = (sheet: StyleSheet): ((element: StyledElement) => Verdict) => {
  const known = new WeakMap<StyledElement, Computed>();
  const compute = (element: StyledElement): Computed => {
    const chain: StyledElement[] = [];
    let above: StyledElement | null | undefined = element;
    while (above?.name !== undefined && !known.has(above)) {
      chain.push(above);
      above = above.parent;
    }
    let computed = (above === null || above === undefined ? undefined : known.get(above)) ?? initial;
    for (const one of chain.reverse()) {
      computed = computeOne(one, sheet, computed);
      known.set(one, computed);
    }
    return computed;
  };
  return (element) => {
    if (element.name === undefined) return 'shown';
    return sheet === null ? 'doubtful' : compute(element).verdict;
  };
};

const computeOne = (element: StyledElement, sheet: StyleSheet, above: Computed): Computed => {
  const { name = '', attribs = {} } = element;
  const styles = [...attributeStyles(attribs), ...sheetStyles(element, sheet), ...inlineStyles(attribs['style'])];
  let fontSize = smaller.has(name) ? (above.fontSize * 5) / 6 : above.fontSize;
  let opacity = 1;
  let colour = above.colour;
  let background = above.background;
  let isShown =
    above.verdict === 'shown' && (shownElements.has(name) || smartTag.test(name)) && !hasDoubtfulAttribute(attribs);
  for (const { property, value } of [
    ...styles.filter((one) => !one.important),
    ...styles.filter((one) => one.important),
  ]) {
    if (/^(?:inherit|initial|unset|revert|auto)$/.test(value) && property !== 'all') continue;
    if (property === 'color') colour = value;
    else if (property === 'background' || property === 'background-color')
      background = backgroundOf(value) ?? background;
    else if (property === 'font-size') fontSize = sizeOf(value, above.fontSize) ?? 0;
    else if (property === 'font') fontSize = fontOf(value, above.fontSize);
    else if (property === 'opacity') {
      opacity = shareOf(value);
      continue;
    }
    isShown &&= (property !== 'font-family' && property !== 'font') || !isOwnFont(value, sheet);
    isShown &&= isHarmless(property, value, fontSize);
  }
  opacity *= above.opacity;
  isShown &&= fontSize >= smallestSize && opacity >= leastOpacity && canBeTold(colour, background);
  return { verdict: isShown ? 'shown' : 'doubtful', fontSize, opacity, colour, background };
};

/** A part of one, as a number or in per cent; 0 for what is neither. */
const shareOf = (value: string): number => {
  const share = /^\d{0,9}\.?\d{1,9}%?$/.test(value) ? Number.parseFloat(value) : 0;
  return value.endsWith('%') ? share / 100 : share;
};

/** A font that the mail brings with it may show anything for a letter, or nothing. */
const isOwnFont = (value: string, sheet: StyleSheet): boolean =>
  sheet !== null && value.split(',').some((family) => sheet.fonts.has(fontName(family)));

/** The last words of a family list's member: of the shorthand `font`, too. */
const fontName = (family: string): string => {
  const plain = family.trim().replace(/["']$/u, '');
  const words = plain.split(/["'\d%/]/u).at(-1) ?? '';
  return (words === '' ? family : words.slice(-100)).trim();
};

const hasDoubtfulAttribute = (attribs: Readonly<Record<string, string>>): boolean =>
  attribs['hidden'] !== undefined ||
  attribs['popover'] !== undefined ||
  attribs['inert'] !== undefined ||
  /^\s*true\s*$/iu.test(attribs['aria-hidden'] ?? '');

const attributeStyles = (attribs: Readonly<Record<string, string>>): readonly Style[] => {
  const named = [
    ['color', attribs['color'] ?? attribs['text']],
    ['background-color', attribs['bgcolor']],
    ['background', attribs['background'] === undefined ? undefined : 'url()'],
    ['width', sizeAttribute(attribs['width'])],
    ['height', sizeAttribute(attribs['height'])],
  ] as const;
  return named.flatMap(([property, value]) =>
    value === undefined ? [] : [{ property, value: value.trim().toLowerCase(), important: false }],
  );
};

const sizeAttribute = (value: string | undefined): string | undefined =>
  value !== undefined && /^\s*\d+(?:\.\d+)?\s*$/u.test(value) ? `${value.trim()}px` : undefined;

const sheetStyles = (element: StyledElement, sheet: StyleSheet): readonly Style[] => {
  if (sheet === null || sheet.byKey.size === 0) return [];
  const { name = '', attribs = {} } = element;
  const id = attribs['id']?.toLowerCase() ?? null;
  const classes = new Set((attribs['class'] ?? '').toLowerCase().split(/\s+/u).slice(0, 50));
  const keys = new Set(['*', name, ...classes, ...(id === null ? [] : [id])]);
  const candidates = [...keys].flatMap((key) => sheet.byKey.get(key) ?? []);
  sheet.work.left -= candidates.length;
  if (sheet.work.left < 0) return [unreadable];
  const matching = candidates.filter(
    ({ compound }) =>
      (compound.tag === null || compound.tag === name) &&
      (compound.id === null || compound.id === id) &&
      compound.classes.every((one) => classes.has(one)),
  );
  return matching.toSorted((one, other) => one.weight - other.weight).flatMap(({ declarations }) => declarations);
};

const unreadable: Style = { property: 'unreadable', value: '', important: false };

const inlineStyles = (style: string | undefined): readonly Style[] => {
  if (style === undefined || style.trim() === '') return [];
  if (style.length > 8192 || /[{}]/u.test(style)) return [unreadable];
  try {
    return parse(`a{${style}}`).nodes.flatMap((rule) => (rule.type === 'rule' ? stylesOf(rule.nodes) : []));
  } catch {
    return [unreadable];
  }
};

const units: Readonly<Record<string, number>> = { px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 37.8, mm: 3.78 };
const sizeWords: Readonly<Record<string, number>> = {
  ...{ 'xx-small': 9, 'x-small': 10, small: 13, medium: 16, large: 18, 'x-large': 24, 'xx-large': 32 },
  ...{ smaller: 13, larger: 19 },
};

/** A length in CSS pixels; `base` is what `em` and `%` are of. Null for what is no plain length. */
const sizeOf = (value: string, base: number): number | null => {
  const word = sizeWords[value];
  if (word !== undefined) return word;
  const match = /^(-?(?:\d+(?:\.\d*)?|\.\d+))([a-z%]*)$/u.exec(value);
  if (match === null) return null;
  const [, digits = '', unit = ''] = match;
  const number = Number(digits);
  if (unit === '') return number === 0 ? 0 : null;
  if (unit === 'em' || unit === '%') return (number * base) / (unit === '%' ? 100 : 1);
  if (unit === 'rem' || unit === 'ex' || unit === 'ch') return number * (unit === 'rem' ? 16 : base / 2);
  const factor = units[unit];
  return factor === undefined ? null : number * factor;
};

const fontOf = (value: string, base: number): number => {
  if (/^(?:caption|icon|menu|message-box|small-caption|status-bar)$/.test(value)) return base;
  const sizes = value.split(/[\s/]+/u).map((word) => (/^\d{3}$/.test(word) ? null : sizeOf(word, base)));
  return sizes.find((size) => size !== null) ?? 0;
};

/** Null where no colour is set; `none` of a shorthand keeps that of the element below. */
const backgroundOf = (value: string): string | null => {
  if (/^(?:none|transparent|0(?: 0)?)$/.test(value)) return null;
  if (/url\(|gradient/u.test(value)) return value;
  const words = value.match(/[a-z-]{1,40}\([^)]*\)|\S+/gu) ?? [];
  const colour = words.find((word) => colord(plainColour(word)).isValid());
  if (colour !== undefined) return colord(plainColour(colour)).alpha() === 0 ? null : colour;
  return words.every((word) =>
    /^(?:none|transparent|repeat(?:-[xy])?|no-repeat|scroll|center|top|left|0(?:px|%)?)$/.test(word),
  )
    ? null
    : value;
};

/** Outlook writes the colours of Windows by name. */
const plainColour = (value: string): string =>
  value.replace(/^(?:windowtext|currentcolor|auto|black .*)$/u, '#000').replace(/^(?:window|canvas)$/u, '#fff');

const canBeTold = (foreground: string, background: string): boolean => {
  const front = colord(plainColour(foreground));
  const back = colord(plainColour(background));
  if (!front.isValid() || !back.isValid() || front.alpha() < 0.5 || back.alpha() < 1) return false;
  const [one, two] = [luminance(front.toRgb()), luminance(back.toRgb())];
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05) >= leastContrast;
};

const luminance = ({ r, g, b }: { readonly r: number; readonly g: number; readonly b: number }): number => {
  const linear = (channel: number): number =>
    channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};

/** Properties that change how text looks, but not whether it is seen, whatever their value. */
const ornaments = new RegExp(
  `^(?:${[
    'color|background|background-(?:color|repeat|position|size|attachment)|font|font-(?:family|size|weight|style|variant.*|stretch|kerning|feature-settings|optical-sizing|variation-settings|language-override|palette)',
    'text-(?:align|align-last|decoration.*|justify|rendering|underline.*|size-adjust|autospace|emphasis.*|wrap.*|spacing-trim)|direction|white-space(?:-collapse)?',
    'word-(?:break|wrap)|overflow-wrap|line-break|hyphens|tab-size|quotes|outline.*|box-sizing|border-collapse|border-spacing|table-layout|caption-side|empty-cells',
    'list-style(?:-type|-position)?|float|clear|cursor|orphans|widows|page|page-break-.*|break-.*|size|caret-color|accent-color|text-transform|tab-stops|text-autospace|punctuation-wrap|layout-grid-mode',
    'mso-(?!hide|special-character|element|style-textoutline|style-textfill|(?:.*-)?font-(?:size|width)|text-raise).*|-webkit-(?:text-size-adjust|text-stroke-width|font-smoothing|line-break|nbsp-mode|hyphens|tap-highlight-color|text-decorations?-.*)|-ms-text-size-adjust|-moz-.*smoothing|panose-1|user-select|-webkit-user-select|-webkit-user-drag|-webkit-user-modify|text-spacing|grid-gap|gap|flex.*|justify-content|align-items|align-self|align-content|scrollbar-.*|interpolation-mode|-ms-interpolation-mode|text-decoration|color-scheme|supported-color-schemes|font-synthesis.*|speak.*|behavior-none|zoom-none',
  ].join('|')})$`,
  'u',
);

const displays =
  /^(?:block|inline|inline-block|flow-root|list-item|table|inline-table|table-[a-z-]+|flex|inline-flex|grid)$/;

/** Whether a declaration, by the allow-list, leaves text in sight. Colours and sizes of letters are weighed elsewhere. */
const isHarmless = (property: string, value: string, fontSize: number): boolean => {
  const size = (word: string): number | null => sizeOf(word, fontSize);
  const all = (isGood: (length: number) => boolean): boolean =>
    value.split(/\s+/u).every((word) => /^(?:auto|normal|none)$/.test(word) || isGood(size(word) ?? -1));
  if (property === 'border-image' || property.includes('\\')) return false;
  if (ornaments.test(property)) return !/expression\(|url\(/u.test(value) || property === 'font-family';
  switch (property) {
    case 'display':
      return displays.test(value);
    case 'visibility':
      return value === 'visible';
    case 'position':
      return value === 'static';
    case 'overflow':
    case 'overflow-x':
    case 'overflow-y':
    case 'text-overflow':
      return /^(?:visible|auto|scroll|clip-none)$/.test(value);
    case 'width':
    case 'min-width':
    case 'max-width':
    case 'min-height':
    case 'height':
    case 'max-height':
      return property.startsWith('min-') || all((length) => length >= smallestSize) || /^(?:100|[1-9]\d)%$/.test(value);
    case 'line-height':
      return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) >= 0.8 : all((length) => length >= smallestSize);
    case 'vertical-align':
    case 'mso-text-raise':
      return /^[a-z-]+$/.test(value) || Math.abs(size(value) ?? 999) <= 50;
    case 'unicode-bidi':
      return /^(?:normal|embed|isolate|plaintext)$/.test(value);
    case 'font-size-adjust':
      return value === 'none';
    case 'mso-font-width':
      return Number.parseFloat(value) >= 50;
    case 'letter-spacing':
    case 'word-spacing':
      return value === 'normal' || (size(value) ?? -9) >= -1;
    case 'text-indent':
      return Math.abs(size(value) ?? 999) <= 200;
    case 'text-shadow':
    case 'box-shadow':
    case 'filter':
    case 'transform':
    case 'clip':
    case 'clip-path':
    case 'mask':
      return value === 'none';
    default:
      if (/^mso-.*font-size$/.test(property)) return (size(value) ?? 0) >= smallestSize;
      if (/^(?:padding|border)/.test(property)) return !value.split(/\s+/u).some((word) => (size(word) ?? 0) > 400);
      return (
        /^margin(?:-(?:top|right|bottom|left|block|inline)(?:-start|-end)?)?$/.test(property) && isMargin(value, size)
      );
  }
};

/** Outlook indents the first line of an item to the left of its margin. */
const isMargin = (value: string, size: (word: string) => number | null): boolean =>
  value.split(/\s+/u).every((word) => word === 'auto' || ((size(word) ?? -1) >= 0 && (size(word) ?? 0) <= 400));
