import { withPlainLineEnds } from './text/characters.ts';
import { openDocument } from './text/document.ts';
import { maxTextLength } from './text/limits.ts';
import { passagesOf } from './text/passages.ts';
import { scan } from './scan/scan.ts';

/**
 * The text, with plain line ends, and with the value of each `@TOKEN@` masked, character by character, wherever the grammar finds one: in
 * quoted text, wrapped, percent-encoded, misspelt or in a link. A token is worth a signature, so it is shown and stored nowhere. Linear in
 * the text's length; one that is too long for the grammar has only its plain spellings masked.
 */
export const maskTokens = (raw: string): string => {
  const text = withPlainLineEnds(raw);
  const marked = text.length > maxTextLength ? [] : tokenSpans(text);
  return maskAt(text, marked).replace(
    plainSpelling,
    (_whole, opening: string, value: string) => opening + '*'.repeat(value.length),
  );
};

interface Span {
  readonly from: number;
  readonly to: number;
}

const maskAt = (text: string, spans: readonly Span[]): string => {
  let done = 0;
  let masked = '';
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    if (to <= done) continue;
    const start = Math.max(from, done);
    masked += text.slice(done, start) + text.slice(start, to).replace(/\S/gu, '*');
    done = to;
  }
  return masked + text.slice(done);
};

/** As a mail program writes the agent's own links into the text, which are no text to the grammar. */
const plainSpelling = /((?:@|%40)TOKEN(?:@|%40)(?:=|%3D)(?:'|%27))([\w-]{1,64})/giu;

const tokenSpans = (text: string): readonly Span[] => {
  const document = openDocument(text, null);
  return passagesOf(document).flatMap((passage) => {
    const { variables, faults } = scan(passage.text, true);
    const found = variables.flatMap(({ name, valueFrom, valueTo }) =>
      name === 'TOKEN' ? [{ from: valueFrom, to: valueTo }] : [],
    );
    // Where the value ends cannot be told: all of it to the next blank line.
    const wrong = faults.flatMap((fault) => {
      if (!('variable' in fault) || fault.variable !== 'TOKEN') return [];
      const rest = passage.text.slice(fault.at);
      const sign = /[=＝﹦]/u.exec(rest)?.index ?? 0;
      const blank = /\n[ \t]{0,80}\n/u.exec(rest)?.index ?? rest.length;
      return [{ from: fault.at + Math.min(sign + 1, blank), to: fault.at + blank }];
    });
    return [...found, ...wrong].map(({ from, to }) => ({
      from: document.origin(passage.base + from),
      to: document.origin(passage.base + to),
    }));
  });
};

/** The same in octets, as mail programs write them: plain, percent-encoded or quoted-printable. As long as before. */
export const maskTokensIn = (octets: Uint8Array): Uint8Array => {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1');
  const masked = text.replace(
    writtenSpelling,
    (_whole, opening: string, value: string) => opening + value.replace(/[\w-]/gu, '*'),
  );
  return masked === text ? octets : Buffer.from(masked, 'latin1');
};

const writtenSpelling =
  /((?:@|%40|=40)TOKEN(?:@|%40|=40)[ \t]{0,4}(?:=3D|%3D|=)[ \t]{0,4}(?:'|%27|=27))((?:[\w-]|=\r?\n){1,80})/giu;
