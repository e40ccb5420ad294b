import { breakVariables } from './break-variables.ts';
import { isTemplateTag, templateTags, type TemplateTag } from './template-tags.ts';

/** A mail of one kind in one language, with `#TAG#`s in each part. */
export interface Template {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export type TagValues = Readonly<Partial<Record<TemplateTag, string>>>;

/** `#TAG#`, and `%23TAG%23` in a URL, as the mailto generator writes it. */
const tagPattern = /(#|%23)([A-Z][A-Z0-9_]*)\1/gu;

/** The tags of a template that nobody knows, each once, in the order of their places. */
export const unknownTags = ({ subject, text, html }: Template): readonly string[] => [
  ...new Set(
    [subject, text, html]
      .flatMap((part) => [...part.matchAll(tagPattern)].map(([, , name]) => name ?? ''))
      .filter((name) => !isTemplateTag(name)),
  ),
];

/** A sentence for whoever saves a template with unknown tags; null when all are known. */
export const explainUnknownTags = (template: Template): string | null => {
  const unknown = unknownTags(template);
  if (unknown.length === 0) return null;
  const known = Object.keys(templateTags).map((name) => `#${name}#`);
  return `Unknown: ${unknown.map((name) => `#${name}#`).join(', ')}. Known: ${known.join(' ')}.`;
};

/**
 * The mail that a template makes. In a URL a tag's value is percent-encoded. A tag without a value leaves nothing, one that is unknown stays. Values are text: they are escaped
 * in the HTML part, a tag inside a value stays as it is, and a variable of the instruction grammar in it is broken. The subject is one
 * line of at most 200 characters.
 */
export const renderTemplate = (template: Template, values: TagValues): Template => ({
  subject: oneLine(fill(template.subject, values, (value) => value)),
  text: fill(template.text, values, (value) => value),
  html: fill(template.html, values, toHtml),
});

const fill = (part: string, values: TagValues, show: (value: string) => string): string =>
  part.replace(tagPattern, (tag, sign: string, name: string) => {
    if (!isTemplateTag(name)) return tag;
    const value = valueOf(name, values);
    return sign === '#' ? show(value) : encodeURIComponent(value.toWellFormed()).replaceAll("'", '%27');
  });

/** Our own links, and the remedies of errors, hold variables that are meant; all other values may have been written by somebody. */
const valueOf = (name: TemplateTag, values: TagValues): string => {
  const value = values[name] ?? '';
  return name.endsWith('_URL') || name === 'ERRORS' ? value : breakVariables(value);
};

const oneLine = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed();

const toHtml = (value: string): string => escapeHtml(value).replace(/\r?\n/gu, '<br>\n');

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/gu, (sign) => escapes[sign] ?? sign);

/**
 * A simple HTML part for a text: paragraphs between empty lines, and a line `words: #…_URL#` as a link of these words, a button where it
 * accepts or refuses. Plain enough for every mail program; the links are what people click.
 */
export const htmlFromText = (text: string): string =>
  [
    '<div style="font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5">',
    ...text
      .trim()
      .split(/\n{2,}/u)
      .map((paragraph) => `<p>${paragraph.split('\n').map(lineToHtml).join('<br>\n')}</p>`),
    '</div>',
    '',
  ].join('\n');

const lineToHtml = (line: string): string => {
  const { 1: tag, index } = /: (#[A-Z]+_URL#)$/u.exec(line) ?? { 1: undefined, index: 0 };
  const words = line.slice(0, index).trimEnd();
  if (words === '' || tag === undefined) return escapeHtml(line);
  const button = buttons.get(tag);
  return button === undefined
    ? `<a class="link" href="${tag}" style="color:#0b57d0;font-weight:bold">${escapeHtml(words)}</a>`
    : `<a class="button" href="${tag}" style="display:inline-block;padding:11px 22px;border-radius:6px;background:${button.colour};color:#ffffff;font-weight:bold;text-decoration:none">${button.mark} ${escapeHtml(words)}</a>`;
};

/** Told apart by their mark, too: not everybody sees colours. */
const buttons: ReadonlyMap<string, { readonly colour: string; readonly mark: string }> = new Map([
  ['#ACCEPT_URL#', { colour: '#17663a', mark: '✓' }],
  ['#CONFIRM_URL#', { colour: '#17663a', mark: '✓' }],
  ['#REFUSE_URL#', { colour: '#b42318', mark: '✕' }],
]);
