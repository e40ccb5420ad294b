import { withoutTrailing } from '../encoding/without-trailing.ts';

/** What is known of a part's type. */
interface TypeFacts {
  /** The value of the field, lower case, without parameters, as a reader by the letter finds it. */
  readonly parsed: string;
  /** The part has the field. */
  readonly isGiven: boolean;
  /** It has a file name, or says that it is an attachment. */
  readonly isDocument: boolean;
  readonly inDigest: boolean;
}

/** RFC 6838 §4.2, names of types and subtypes. */
const type = /^([a-z0-9][a-z0-9!#$&^_+-]*)\/([a-z0-9][a-z0-9!#$&^_.+-]*)$/;

/**
 * The type of a part. In a digest a part without one is a message (RFC 2046 §5.1.5); one that is none is plain text (RFC 2045
 * §5.2), unless the part is a file or the value speaks of HTML.
 */
export const contentTypeOf = ({ parsed, isGiven, isDocument, inDigest }: TypeFacts): string => {
  if (!isGiven && inDigest) return 'message/rfc822';
  const plain = withoutTrailing(parsed, (character) => character === '.');
  if (type.test(plain)) return plain;
  if (isDocument) return 'application/octet-stream';
  return /\bhtml\b/.test(plain) ? 'text/html' : 'text/plain';
};

/** Kinds of text that are data for a program, or another person's mail, and not the sender's words. */
const dataTypes = new Set([
  'text/rfc822',
  'text/rfc822-headers',
  'text/calendar',
  'text/x-vcalendar',
  'text/vcard',
  'text/x-vcard',
  'text/directory',
  'text/rtf',
  'text/css',
  'text/csv',
  'text/tab-separated-values',
  'text/xml',
  'text/javascript',
  'text/x-amp-html',
  'text/watch-html',
]);

/** Text for a person: also an unknown kind of text, which reads as plain text (RFC 2046 §4.1.4). */
export const isReadableText = (contentType: string): boolean =>
  contentType.startsWith('text/') && !dataTypes.has(contentType) && !contentType.startsWith('text/vnd.');

/** Another form of the text beside it in `multipart/alternative`, and no document; an invitation or a card is one. */
export const isOtherForm = (contentType: string): boolean =>
  (contentType.startsWith('text/') && !/calendar|vcard|directory|rfc822/.test(contentType)) ||
  contentType === 'application/rtf';

/** RFC 1896 and RFC 1341 §7.1.3: text with commands between angle brackets. */
export const isEnriched = (contentType: string): boolean =>
  contentType === 'text/enriched' || contentType === 'text/richtext';

/** Enriched text without its commands, as far as they are no text. */
export const enrichedToText = (text: string, contentType: string): string => {
  const lines =
    contentType === 'text/richtext' ? text.replace(/<nl>/gi, '\n') : text.replace(/(\r?\n)(?:\r?\n)/g, '$1');
  return withoutArguments(lines.replace(/<lt>/gi, '<<')).replace(/<<|<\/?[a-z][a-z0-9-]{0,59}>/gi, (found) =>
    found === '<<' ? '<' : '',
  );
};

/** Enriched text without what stands between `<param>` and its end, or `<comment>` and its end; one without an end stays. */
const withoutArguments = (text: string): string => {
  const kept: string[] = [];
  let from = 0;
  let open: { readonly name: string; readonly at: number } | undefined;
  for (const { 1: end = '', 2: name = '', index, 0: command } of text.matchAll(/<(\/?)(param|comment)>/gi)) {
    if (end === '') open ??= { name: name.toLowerCase(), at: index };
    else if (open?.name === name.toLowerCase()) {
      kept.push(text.slice(from, open.at));
      from = index + command.length;
      open = undefined;
    }
  }
  return kept.join('') + text.slice(from);
};
