const blanks = String.raw`(?:%20|%09|%c2%a0|%e2%80%8[b-d]|[ \t\u00A0\u200B-\u200D]){0,4}`;

/** `@NAME@=` with its delimiter, each sign as it is or percent-encoded. All repetitions are bounded, for linear time. */
const opening = new RegExp(
  String.raw`(?:@|%40)${blanks}[a-z]\w{0,63}${blanks}(?:@|%40)${blanks}(?:=|%3d)${blanks}(?:['‘’“”"´]|%27|\{|%7b|%e2%80%9[89cd]|%22)`,
  'giu',
);

/**
 * How the variables of one line are written: `encoded` when the signs of at least one are percent-encoded, for example
 * `@CHOICE@%3D%271%27`. `isSkipped` tells which offsets of the line do not count.
 */
export const openingsOf = (line: string, isSkipped: (offset: number) => boolean): 'encoded' | 'plain' | 'none' => {
  let found: 'plain' | 'none' = 'none';
  for (const match of line.matchAll(opening)) {
    if (isSkipped(match.index)) continue;
    if (match[0].includes('%')) return 'encoded';
    found = 'plain';
  }
  return found;
};
