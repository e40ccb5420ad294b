import { openDocument } from '../text/document.ts';
import type { MailHead } from '../text/own-text.ts';
import { gatherOwn, type Gathered } from './gather.ts';
import { isIdentifier } from './quoted-identity.ts';

/** Offset of all that stands in the subject: it has no place in the text. */
const nowhere = -1;

/** Longest subject that is read, in UTF-16 units; a mail program shows far less. */
const longestSubject = 4_000;

type SubjectGathered = Pick<Gathered, 'occurrences' | 'people' | 'quoted' | 'faults' | 'warnings'>;

const nothing: SubjectGathered = { occurrences: [], people: [], quoted: [], faults: [], warnings: [] };

/**
 * What the subject says (spec §5): the sender's own words, but in a reply or a forward, where it names a ticket and an action and
 * orders nothing.
 */
export const gatherSubject = (head: MailHead | null, acceptCurlyQuotes: boolean): SubjectGathered => {
  if (head === null || !/[@＠﹫%]/u.test(head.subject)) return nothing;
  const { text } = openDocument(head.subject.replace(/\s+/gu, ' ').slice(0, longestSubject), null);
  const found = gatherOwn([{ text, base: 0, depth: 0 }], acceptCurlyQuotes);
  const without = <Item extends { readonly at: number }>(items: readonly Item[]): readonly Item[] =>
    items.map((item) => ({ ...item, at: nowhere }));
  const occurrences = without(found.occurrences);
  if (!head.isReply)
    return {
      occurrences,
      people: without(found.people),
      quoted: [],
      faults: without(found.faults),
      warnings: without(found.warnings),
    };
  const order = occurrences.find(({ name }) => !isIdentifier(name));
  return {
    ...nothing,
    // Nearer than all that the text quotes.
    quoted: occurrences.filter(({ name }) => isIdentifier(name)).map((one) => ({ ...one, depth: 0 })),
    warnings: order === undefined ? [] : [{ code: 'subject_of_reply', variable: order.name, at: nowhere }],
  };
};
