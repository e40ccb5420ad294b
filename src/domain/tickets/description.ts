/** Longest title, in characters (code points), inclusive; the description keeps the whole topic. */
const maxTitleLength = 255;

/** Topic and body as a Description (spec §6, creation): topic, blank line, body; without the one that is empty. */
export const describe = (topic: string, body: string): string =>
  [oneLine(topic), body.trim()].filter((part) => part !== '').join('\n\n');

/** The title of a new ticket: what the mail names, its subject, or the first line that says something. */
export const titleOf = (named: string | null, subject: string, body: string): string => {
  const candidates = [named ?? '', subject, body.trimStart().split('\n', 1)[0] ?? ''];
  const title = candidates.map(oneLine).find((candidate) => candidate !== '') ?? '(no subject)';
  return shorten(title);
};

const shorten = (title: string): string => {
  if (title.length <= maxTitleLength) return title;
  const characters = Array.from(title);
  return characters.length <= maxTitleLength ? title : `${characters.slice(0, maxTitleLength - 1).join('')}…`;
};

const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
