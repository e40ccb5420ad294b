import { parseAddressHeader } from 'mailparser';
import type { Address } from '../../domain/messages/message.ts';
import { decodePhrase } from './mime-header.ts';

/** Longest From field that is looked at for an identity; people's are under 200 characters. */
const maxFromLength = 2000;

const atom = "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
const label = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}_])?';
const plainAddress = new RegExp(`^${atom}(?:\\.${atom})*@${label}(?:\\.${label})*$`, 'u');

/** One addr-spec without quotes, comments, route, address literal or encoded word (RFC 5322 §3.4.1, the dot-atom form). */
export const isPlainAddress = (text: string): boolean =>
  text.length <= 320 && !text.includes('=?') && plainAddress.test(text);

/** `phrase <addr>`, or an address with a comment behind it; phrase and comment hold nothing that a reader could take for an address. */
const forms = [
  /^(?<phrase>(?:"(?:[^"\\]|\\.)*"|[^"<>@;:\\])*)<(?<address>[^<>\s]+)>$/su,
  /^(?<address>[^\s<>]+)(?:\s+\((?<phrase>[^()<>@,;:\\]*)\))?$/su,
  /^<(?<address>[^\s<>]+)>\s+\((?<phrase>[^()<>@,;:\\]*)\)$/su,
  // Some programs repeat the address as the name, unquoted.
  /^(?<phrase>[^\s"<>(),;:\\]+)\s+<(?<address>\k<phrase>)>$/su,
];

/**
 * The sender that From fields name beyond doubt: one field with one plain address, which a lenient reader sees, too.
 * Null for everything that mail programs read in different ways, however harmless most of it is: an approval hangs on it.
 */
export const strictFrom = (fields: readonly string[]): Address | null => {
  const [field] = fields;
  if (field === undefined || fields.length > 1 || field.length > maxFromLength) return null;
  for (const form of forms) {
    const { address = '', phrase = '' } = form.exec(field)?.groups ?? {};
    if (!isPlainAddress(address)) continue;
    // A comma outside quotes separates addresses; next to an encoded word it is a known way to hide one.
    if (phrase.includes('=?') && phrase.replace(/"(?:[^"\\]|\\.)*"/gs, '').includes(',')) return null;
    const seen = parsedAddresses(field).map((each) => each.address);
    if (seen.length !== 1 || seen[0] !== address.toLowerCase()) return null;
    return { name: decodePhrase(unquote(phrase)), address: address.toLowerCase() };
  }
  return null;
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
    address.includes('@') ? [{ name: decodePhrase(name), address: clean(address).toLowerCase() }] : [],
  );

const looksLikeAddresses = (field: string): readonly string[] => [
  ...new Set(
    [field, decodePhrase(field)].flatMap((text) =>
      text
        .split(/[\s<>()[\],;:"\\]+/)
        .filter((word) => /^[^@]+@[^@]+$/.test(word))
        .map((word) => clean(word).toLowerCase()),
    ),
  ),
];

const clean = (address: string): string => address.toWellFormed().replace(/\p{Cc}/gu, '');

const unquote = (phrase: string): string =>
  phrase.trim().replace(/"((?:[^"\\]|\\.)*)"/gs, (_, text: string) => text.replace(/\\(.)/gs, '$1'));
