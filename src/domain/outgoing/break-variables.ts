/** An `@` of any width, also percent-encoded, that begins a name with another `@` or `=` behind it: signs may have blanks between them. */
const opening =
  /(?:[@\uFE6B\uFF20]|%40)(?=[^\p{L}\p{N}\n@]{0,32}\p{L}[\p{L}\p{M}\p{N}_\p{Cf}\p{Default_Ignorable_Code_Point}]{0,128}[^\p{L}\p{N}\n@=]{0,32}(?:[@\uFE6B\uFF20=\uFE66\uFF1D]|%40|%3d))/giu;

/**
 * The text with `(at)` for each `@` that may begin a variable. What somebody wrote must not become an order of whoever quotes it
 * (spec §5), whatever a mail program makes of the quotation. Mail addresses stay as they are.
 */
export const breakVariables = (text: string): string => text.replace(opening, '(at)');
