/** How many bytes the UTF-8 sequence has that begins with this byte; 0 when none begins with it. */
const sequenceLength = (lead: number): number => {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
};

const byteAt = (text: string, at: number): number | null => {
  const digits = text.slice(at, at + 3);
  return /^%[\da-f]{2}$/iu.test(digits) ? Number.parseInt(digits.slice(1), 16) : null;
};

/**
 * The character that is percent-encoded as UTF-8 at `at`, and how many units of the text it takes; null when there is none.
 * Control characters stay encoded, tab and line ends (LF, CR, CRLF: one `\n`) excepted: a database stores no NUL.
 */
export const decodeAt = (text: string, at: number): { readonly character: string; readonly length: number } | null => {
  const lead = byteAt(text, at);
  if (lead === null) return null;
  if (lead === 0x0d) return { character: '\n', length: byteAt(text, at + 3) === 0x0a ? 6 : 3 };
  if (lead < 0x20 && lead !== 0x09 && lead !== 0x0a) return null;
  const length = 3 * sequenceLength(lead);
  if (length === 0) return null;
  try {
    return { character: decodeURIComponent(text.slice(at, at + length)), length };
  } catch {
    return null;
  }
};

/** The text with all that is percent-encoded decoded; what is not well-formed stays as it is. */
export const decodePercent = (text: string): string => {
  let decoded = '';
  let from = 0;
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at)) {
    const found = decodeAt(text, at);
    if (found === null) {
      at += 1;
      continue;
    }
    decoded += text.slice(from, at) + found.character;
    at += found.length;
    from = at;
  }
  return decoded + text.slice(from);
};
