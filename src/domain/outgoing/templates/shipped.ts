import type { Language, OutgoingKind } from '../outgoing.ts';
import { htmlFromText, type Template } from '../template.ts';
import { english } from './english.ts';
import { french } from './french.ts';

/** A mail that is made of a template. */
export type TemplateName = Exclude<OutgoingKind, 'redirect'>;

export const templateNames = Object.keys(english) as readonly TemplateName[];

/** The template as it is shipped; an administrator may put another one in its place. */
export const shippedTemplate = (name: TemplateName, language: Language): Template => {
  const [subject, text] = { en: english, fr: french }[language][name];
  return { subject, text: `${text}\n`, html: htmlFromText(text) };
};
