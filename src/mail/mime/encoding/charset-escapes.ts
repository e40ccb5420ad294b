import { isAscii } from 'node:buffer';

/** A set that an escape sequence calls: how its bytes are written in the EUC form of the same set. */
interface CalledSet {
  readonly encoding: string;
  readonly prefix: number | null;
  readonly bytes: 1 | 2;
}

const ascii: CalledSet = { encoding: 'windows-1252', prefix: null, bytes: 1 };
const japanese: CalledSet = { encoding: 'euc-jp', prefix: null, bytes: 2 };
const chinese: CalledSet = { encoding: 'gb18030', prefix: null, bytes: 2 };
const korean: CalledSet = { encoding: 'euc-kr', prefix: null, bytes: 2 };

/** Final characters of the escape sequences (ISO 2022; RFC 1468, 1554, 1557, 1922): to G0, or with `)` to G1, which SO calls. */
const sets: Readonly<Record<string, CalledSet>> = {
  '$@': japanese,
  $B: japanese,
  '$(@': japanese,
  '$(B': japanese,
  '$(Q': japanese,
  '$(O': japanese,
  '$(D': { encoding: 'euc-jp', prefix: 0x8f, bytes: 2 },
  '(I': { encoding: 'euc-jp', prefix: 0x8e, bytes: 1 },
  $A: chinese,
  '$(A': chinese,
  '$)A': chinese,
  '$(C': korean,
  '$)C': korean,
  '(B': ascii,
  '(J': ascii,
  '(H': ascii,
};

const sequence = /\x1b(?:\$[@AB]|\$\([@ABCDOQ]|\$\)[AC]|\([BHIJ])|[\x0e\x0f]/;
const sequenceOrLineEnd = new RegExp(`(${sequence.source}|\\r?\\n)`);
const toMultiByte = /\x1b\$(?:[@AB]|[()][@ABCDOQ])/;

const asText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Seven-bit text in which an escape sequence calls a set of two-byte characters: it is what that says, under any label. */
export const hasEscapes = (bytes: Uint8Array): boolean =>
  bytes.includes(0x1b) && isAscii(bytes) && toMultiByte.test(asText(bytes));

/** ISO-2022-JP and its kin, by the escape sequences; a line end calls ASCII again where the sequence back was lost. */
export const decodeEscapes = (bytes: Uint8Array, decode: (piece: Uint8Array, encoding: string) => string): string => {
  let g0 = ascii;
  let g1 = ascii;
  let shifted = false;
  const pieces = asText(bytes).split(sequenceOrLineEnd);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 0) {
        const called = shifted ? g1 : g0;
        return called === ascii ? piece : decode(inEuc(piece, called), called.encoding);
      }
      if (piece === '\x0e' || piece === '\x0f') shifted = piece === '\x0e';
      else if (piece.startsWith('\x1b$)')) g1 = sets[piece.slice(1)] ?? ascii;
      else if (piece.startsWith('\x1b')) g0 = sets[piece.slice(1)] ?? ascii;
      else {
        g0 = ascii;
        shifted = false;
        return piece;
      }
      return '';
    })
    .join('');
};

const inEuc = (piece: string, { prefix, bytes }: CalledSet): Uint8Array => {
  const out: number[] = [];
  let inCharacter = 0;
  for (let at = 0; at < piece.length; at += 1) {
    const byte = piece.charCodeAt(at);
    // Blanks and controls stand for themselves in every set.
    if (byte <= 0x20 || byte === 0x7f) {
      out.push(byte);
      inCharacter = 0;
      continue;
    }
    if (prefix !== null && inCharacter === 0) out.push(prefix);
    out.push(byte | 0x80);
    inCharacter = (inCharacter + 1) % bytes;
  }
  return Uint8Array.from(out);
};
