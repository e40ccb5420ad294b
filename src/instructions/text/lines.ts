/** 1-based; columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Offset of the first unit of each line; a text without a line break has one line. */
export const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};

/** Where the line ends that begins at `starts[line]` (0-based), its line break not counted. */
export const lineEnd = (text: string, starts: readonly number[], line: number): number => {
  const next = starts[line + 1];
  return next === undefined ? text.length : next - 1;
};

export const lineText = (text: string, starts: readonly number[], line: number): string =>
  text.slice(starts[line] ?? text.length, lineEnd(text, starts, line));

export const placeOf = (starts: readonly number[], offset: number): Place => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
};
