/** All characters that Unicode takes for `sign` in another width or size (compatibility decomposition), as a regular expression's class. */
export const classOf = (sign: string): string => {
  let like = '';
  for (let code = 0x80; code < 0x1_0000; code += 1) {
    const character = String.fromCharCode(code);
    if (character.normalize('NFKC') === sign) like += character;
  }
  return `[${sign}${like}]`;
};

/** An `@` of any width. */
export const signPattern = new RegExp(classOf('@'), 'gu');
