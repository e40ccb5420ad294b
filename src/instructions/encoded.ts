/** `@NAME@=` with its delimiter, each sign as it is or percent-encoded. All repetitions are bounded, for linear time. */
const opening =
  /(?:@|%40)[a-z]\w{0,63}(?:@|%40)(?:%20|[ \t\u00A0]){0,4}(?:=|%3d)(?:%20|[ \t\u00A0]){0,4}(?:['‘’“”"´]|%27|\{|%7b|%e2%80%9[89cd]|%22)/giu;

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
