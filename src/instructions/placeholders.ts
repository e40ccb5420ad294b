import { isTemplateTag } from '../domain/outgoing/template-tags.ts';

const placeholder = /#([A-Z][A-Z0-9_]*)#/gu;

/** Numbers are values of their own form; each stands for one placeholder only. */
const samples: Readonly<Record<string, string>> = {
  RFC_NUMBER: 'I000101_999999',
  CURRENT_ACTION_ID: '999999999999999',
  ACTION_ID: '999999999999998',
};

/** The text with a value of the right form for each placeholder of templates, so that what a filled mail orders can be read. */
export const withSamples = (text: string): string =>
  text.replace(placeholder, (whole, name: string) =>
    isTemplateTag(name) ? (samples[name] ?? `sample of ${name}`) : whole,
  );

/** The same text with its placeholders again. */
export const withoutSamples = (text: string): string =>
  Object.entries(samples)
    .reduce((shown, [name, sample]) => shown.replaceAll(sample, `#${name}#`), text)
    .replace(/sample of ([A-Z][A-Z0-9_]*)/gu, '#$1#');

/** The placeholders of a text that templates do not know, each once. */
export const unknownPlaceholders = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(placeholder)].map(([, name = '']) => name).filter((name) => !isTemplateTag(name))),
];
