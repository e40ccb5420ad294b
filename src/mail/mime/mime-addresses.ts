import { parseAddressHeader } from 'mailparser';
import { lowerAddress } from '../../domain/messages/address.ts';
import type { Address } from '../../domain/messages/message.ts';
import { withoutTrailing } from './encoding/without-trailing.ts';
import { decodePhrase } from './encoding/mime-header.ts';

/** Longest From field that is looked at for an identity; people's are under 200 characters. */
const maxFromLength = 2000;

const local = "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~.-]+";
const label = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}_])?';
const plainAddress = new RegExp(`^${local}@${label}(?:\\.${label})*$`, 'u');

/**
 * One addr-spec without quotes, comments, route, address literal or encoded word (RFC 5322 §3.4.1, the dot-atom form); dots may
 * stand anywhere in the local part, as telephone companies once gave them.
 */
export const isPlainAddress = (text: string): boolean =>
  text.length <= 320 && !text.includes('=?') && plainAddress.test(text);

const quotedString = '"(?:[^"\\\\]|\\\\.)*"';
const quotedStrings = new RegExp(quotedString, 'gsu');
/** A comment that holds nothing which a reader could take for an address. */
const harmlessComment = '\\([^()<>@,;:\\\\]*\\)';

/** `phrase <addr>`, or an address alone, each with a comment behind it; what the phrase may hold is looked at apart. */
const forms = [
  new RegExp(
    `^(?<phrase>(?:${quotedString}|[^"<>@\\\\])*)<(?<address>[^<>\\s]+)>?(?:\\s*(?<comment>${harmlessComment}))?$`,
    'su',
  ),
  new RegExp(`^(?<address>[^\\s<>]+)(?:\\s+(?<comment>${harmlessComment}))?$`, 'su'),
  // Some programs repeat the address as the name.
  /^(?<phrase>'?(?<name>[^\s"<>(),;:\\']+)'?)\s+<(?<address>[^\s<>]+)>$/su,
  /^(?<address>[^\s<>()]+)\s+\((?<phrase>(?<name>[^\s"<>(),;:\\]+))\)$/su,
];

/**
 * The sender that From fields name beyond doubt: plain addresses, all the same one, in a place where every reader sees it.
 * Null where programs could see different people, however harmless most of that is: an approval hangs on it. Where nothing but
 * the one address could be meant (blanks, a comma or a bracket too many or too few, marks of direction), it is that.
 */
export const strictFrom = (fields: readonly string[]): Address | null => {
  const senders = fields.length > maxFromFields ? [null] : fields.map(senderOf);
  const [first = null] = senders;
  return senders.every((sender) => sender !== null && sender.address === first?.address) ? first : null;
};

const maxFromFields = 4;

const senderOf = (field: string): Address | null => {
  if (field.length > maxFromLength) return null;
  const plain = tidied(field);
  return mailboxOf(plain) ?? repeated(plain);
};

/** Without what carries no meaning: invisible characters beside a delimiter, blanks within brackets, separators at the end. */
const tidied = (field: string): string =>
  withoutTrailing(
    field
      .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu, (run, at: number) =>
        isDelimiter(field.charAt(at - 1)) || isDelimiter(field.charAt(at + run.length)) ? '' : run,
      )
      .replace(/<\s+/g, '<')
      .replace(/\s+(>)?/g, (run, bracket: string | undefined) => bracket ?? run),
    (character) => /[\s,;]/.test(character),
  ).trim();

/** Of a From field; its ends are delimiters, too. */
const isDelimiter = (character: string): boolean => character === '' || /[\s<>"(),;:]/.test(character);

const mailboxOf = (field: string): Address | null => {
  for (const form of forms) {
    const { address = '', phrase = '', comment = '', name } = form.exec(field)?.groups ?? {};
    const plain = lowerAddress(address.replace(/\.$/, ''));
    if (!isPlainAddress(plain) || (name !== undefined && lowerAddress(name) !== plain)) continue;
    if (name === undefined && !isHarmless(phrase, field, plain)) return null;
    return { name: decodePhrase(unquote(phrase || comment.slice(1, -1))), address: plain };
  }
  return null;
};

/** No reader, however lenient, sees another address in the phrase. */
const isHarmless = (phrase: string, field: string, address: string): boolean => {
  const bare = phrase.replace(quotedStrings, '');
  if (!isBalanced(bare)) return false;
  if (!/[@<>\0]/.test(decodePhrase(phrase))) return true;
  // A comma or a group next to a word that holds an address is a known way to hide one.
  if (/[;:]/.test(bare) || (phrase.includes('=?') && bare.includes(','))) return false;
  const seen = parsedAddresses(field).map((each) => each.address);
  return seen.length === 1 && seen[0] === address;
};

const isBalanced = (text: string): boolean => {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
};

/** The same address more than once, each in a form of its own. */
const repeated = (field: string): Address | null => {
  const pieces = field.split(/[,;]/).map((piece) => mailboxOf(piece.trim()));
  const [first = null] = pieces;
  return pieces.length > 1 && pieces.every((piece) => piece !== null && piece.address === first?.address)
    ? first
    : null;
};

/**
 * All addresses of the From fields. Exactly one if and only if `strictFrom` finds it; otherwise each that any reader could
 * take for the sender, two or more, or none.
 */
export const fromAddresses = (fields: readonly string[]): readonly Address[] => {
  const sender = strictFrom(fields);
  if (sender !== null) return [sender];
  const all = fields.flatMap((field) => {
    const parsed = parsedAddresses(field);
    const known = new Set(parsed.map(({ address }) => address));
    const further = looksLikeAddresses(field).filter((address) => !known.has(address));
    return [...parsed, ...further.map((address) => ({ name: '', address }))];
  });
  return all.length > 1 ? all : [];
};

/** The addresses of To or Cc fields, groups opened. */
export const parsedAddresses = (...fields: readonly string[]): readonly Address[] =>
  parseAddressHeader([...fields], { flatten: true, decodePunycode: false }).value.flatMap(({ name, address = '' }) =>
    address.includes('@') ? [{ name: decodePhrase(name), address: lowerAddress(clean(address)) }] : [],
  );

const looksLikeAddresses = (field: string): readonly string[] => [
  ...new Set(
    [field, decodePhrase(field)].flatMap((text) =>
      text
        .split(/[\s<>()[\],;:"\\]+/)
        .filter((word) => /^[^@]+@[^@]+$/.test(word))
        .map((word) => lowerAddress(clean(word))),
    ),
  ),
];

const clean = (address: string): string => address.toWellFormed().replace(/\p{Cc}/gu, '');

const unquote = (phrase: string): string =>
  phrase.trim().replace(/"((?:[^"\\]|\\.)*)"/gs, (_, text: string) => text.replace(/\\(.)/gs, '$1'));
