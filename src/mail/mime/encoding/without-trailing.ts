/** The text up to the last character that is wanted. In one pass, where `/[…]+$/` starts anew at each character. */
export const withoutTrailing = (text: string, isUnwanted: (character: string) => boolean): string => {
  let end = text.length;
  while (end > 0 && isUnwanted(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};
