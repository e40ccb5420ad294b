import type { Template } from './template.ts';

/** A text that templates share, such as a signature: changed in one place, it changes in every mail. Tags in it are filled. */
export interface MailPart {
  readonly text: string;
  readonly html: string;
}

const reference = /#\[MAIL_PART\.([\w-]{1,64})\]#/giu;

/** What a part may be named. */
export const partNamePattern = /^[\w-]{1,64}$/u;

/** The parts that a template names, each once, in lower case. */
export const namedParts = ({ subject, text, html }: Template): readonly string[] => [
  ...new Set(
    [subject, text, html].flatMap((one) => [...one.matchAll(reference)].map(([, name = '']) => name.toLowerCase())),
  ),
];

/** The template with each part in its place; `parts` by name in lower case. A part that is not there leaves nothing. */
export const withParts = (template: Template, parts: ReadonlyMap<string, MailPart>): Template => {
  const fill = (one: string, kind: keyof MailPart): string =>
    one.replace(reference, (_whole, name: string) => parts.get(name.toLowerCase())?.[kind] ?? '');
  return {
    subject: fill(template.subject, 'text'),
    text: fill(template.text, 'text'),
    html: fill(template.html, 'html'),
  };
};
