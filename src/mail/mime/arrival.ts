/**
 * When the mail came, where the protocol does not tell: by its topmost Received field, which the receiving server wrote, and never later
 * than now. ISO 8601 UTC; null where there is none to read.
 */
export const arrivalOf = (raw: Uint8Array, now: Date): string | null => {
  const head = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, longestHead)).toString('latin1');
  const end = /\r?\n\r?\n/u.exec(head)?.index ?? head.length;
  const lines = head.slice(0, end).split(/\r?\n/u);
  const first = lines.findIndex((line) => /^received[ \t]{0,9}:/iu.test(line));
  if (first < 0) return null;
  const next = lines.findIndex((line, at) => at > first && !/^[ \t]/u.test(line));
  const field = lines.slice(first, next < 0 ? lines.length : next).join(' ');
  const at = Date.parse(field.slice(field.lastIndexOf(';') + 1).replace(/\([^()]{0,99}\)\s{0,9}$/u, ''));
  return Number.isNaN(at) ? null : new Date(Math.min(at, now.getTime())).toISOString();
};

const longestHead = 256 * 1024;
