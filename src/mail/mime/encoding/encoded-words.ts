import { charsetOf, decodeBytes } from './charset.ts';

const word = String.raw`=\?([\w.:()+*-]{1,80})\?([BbQq])\?([^?]*)\?=`;

/** Words in a row; the white space between two of them is no text (RFC 2047 §6.2). */
const words = new RegExp(`${word}(?:\\s*${word})*`, 'g');
const single = new RegExp(word, 'g');

/**
 * RFC 2047 encoded words decoded. Words in a row of one charset are decoded together: programs split them within a character.
 * `text` is what `readHeaderFields` gives.
 */
export const decodeWords = (text: string): string =>
  text.replace(words, (row) => {
    const runs: { readonly label: string; readonly bytes: Buffer[] }[] = [];
    for (const [, name = '', encoding = '', encoded = ''] of row.matchAll(single)) {
      // RFC 2231 §5: a language may follow the charset.
      const [label = ''] = name.split('*');
      const bytes = /b/i.test(encoding) ? base64(encoded) : quoted(encoded);
      const last = runs.at(-1);
      if (last !== undefined && sameCharset(last.label, label)) last.bytes.push(bytes);
      else runs.push({ label, bytes: [bytes] });
    }
    return runs.map(({ label, bytes }) => decodeRun(label, bytes)).join('');
  });

const sameCharset = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase() || charsetOf(one) === charsetOf(other);

const decodeRun = (label: string, words: readonly Buffer[]): string => decodeBytes(Buffer.concat(words), { label });

/** Each word has its own padding; what is no base64 is skipped. */
const base64 = (text: string): Buffer =>
  Buffer.concat(text.split(/=+/).map((piece) => Buffer.from(piece.replace(/[^A-Za-z0-9+/_-]/g, ''), 'base64')));

const quoted = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll('_', ' ').replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
