import { charsetOf, decodeBytes } from '../encoding/charset.ts';
import { decodeWords } from '../encoding/encoded-words.ts';

/** Octets of a field that are looked at, and pieces that a value may be cut into. */
const maxFieldLength = 16_384;
const maxPieces = 200;

/**
 * A parameter of a MIME field, whichever way its text was put there: RFC 2231 in one piece or many, RFC 2047 against its rules, raw
 * octets. `field` has a character an octet; raw ones are UTF-8, or in the charset `otherwise`. Null for none.
 */
export const parameterOf = (field: string, name: string, otherwise: string | null): string | null => {
  const found = parametersOf(field.slice(0, maxFieldLength).replace(/\r?\n/g, ''));
  const extended = joinPieces(found, name);
  if (extended !== null) return decodeExtended(extended, otherwise);
  const plain = found.get(name);
  return plain === undefined ? null : decodeWords(decodeRaw(plain, otherwise));
};

/** By their names as they stand, in lower case; the first of a name counts. */
const parametersOf = (field: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  // Comments may stand between the parts, not within a quoted value.
  const parameter =
    /;\s*(?:\([^()]*\)\s*)*([^\s=;"()]{1,100})\s*(?:\([^()]*\)\s*)*=\s*(?:\([^()]*\)\s*)*(?:"((?:[^"\\]|\\[^])*)(?:"|$)|([^;]*))|"(?:[^"\\]|\\[^])*(?:"|\\?$)/g;
  for (const [, name, quoted, plain = ''] of field.matchAll(parameter)) {
    if (name === undefined) continue;
    const value =
      quoted === undefined
        ? plain
            .trim()
            .replace(/\([^()]*\)$/, '')
            .trim()
        : unquote(quoted);
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value);
  }
  return found;
};

/** Only what has to be escaped is an escape: programs write the backslashes of a path as they are. */
const unquote = (quoted: string): string => quoted.replace(/\\(["\\])/g, '$1');

interface Extended {
  readonly charset: string;
  readonly pieces: readonly { readonly text: string; readonly isEncoded: boolean }[];
}

const joinPieces = (found: ReadonlyMap<string, string>, name: string): Extended | null => {
  const whole = found.get(`${name}*`);
  const pieces: { text: string; isEncoded: boolean }[] = [];
  if (whole !== undefined) pieces.push({ text: whole, isEncoded: true });
  for (let index = 0; whole === undefined && index < maxPieces; index += 1) {
    const encoded = found.get(`${name}*${index}*`);
    const text = encoded ?? found.get(`${name}*${index}`);
    if (text === undefined) break;
    pieces.push({ text, isEncoded: encoded !== undefined });
  }
  const [first] = pieces;
  if (first === undefined) return null;
  const [, charset = '', rest = first.text] =
    (first.isEncoded ? /^([^']*)'[^']*'([^]*)$/.exec(first.text) : null) ?? [];
  return { charset, pieces: [{ ...first, text: rest }, ...pieces.slice(1)] };
};

const decodeExtended = ({ charset, pieces }: Extended, otherwise: string | null): string => {
  const octets = pieces.map(({ text, isEncoded }) =>
    isEncoded ? text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : text,
  );
  const text = decodeRaw(octets.join(''), otherwise, charset);
  // RFC 2047 has no place here, but where nothing was encoded by RFC 2231 it is what was meant.
  return pieces.some(({ isEncoded }) => isEncoded) ? text : decodeWords(text);
};

const decodeRaw = (octets: string, otherwise: string | null, charset = ''): string =>
  decodeBytes(Buffer.from(octets, 'latin1'), { label: charsetOf(charset) === null ? null : charset, otherwise });
