/**
 * Text of `format=flowed` (RFC 3676 §4) with its paragraphs put together again: a line that ends with a space goes on in the next one of the
 * same depth of quotation; with `delSp` that space is none of the text. The line before a signature (`-- `) never does.
 */
export const joinFlowed = (text: string, delSp: boolean): string => {
  const paragraphs: string[] = [];
  let depth = -1;
  let pieces: string[] = [];
  const end = (): void => {
    if (depth >= 0) paragraphs.push(`${depth > 0 ? `${'>'.repeat(depth)} ` : ''}${pieces.join('')}`);
    depth = -1;
    pieces = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const marks = /^>*/.exec(line)?.[0].length ?? 0;
    const content = line.slice(line.startsWith(' ', marks) ? marks + 1 : marks);
    const isSignature = content === '-- ';
    if (depth !== marks || isSignature) end();
    depth = marks;
    const goesOn = content.endsWith(' ') && !isSignature;
    pieces.push(goesOn && delSp ? content.slice(0, -1) : content);
    if (!goesOn) end();
  }
  end();
  return paragraphs.join('\n');
};
