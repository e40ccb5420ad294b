const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}])?`;
const domainPattern = new RegExp(String.raw`^${label}(?:\.${label})*$`, 'u');
const localPattern = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]{1,64}$/u;

/** LATIN SMALL LETTER LONG S and KELVIN SIGN: all that Unicode takes for an ASCII letter where the case does not count. */
const likeAscii = /([\u017f\u212a])/u;

/** Whether a letter is one that only who ignores case takes for an ASCII one. */
export const looksLikeAscii = (text: string): boolean => likeAscii.test(text);

/** In lower case, without that a letter of another script becomes an ASCII one: that would be another's address. */
export const lowerAddress = (text: string): string =>
  text
    .split(likeAscii)
    .map((piece) => (looksLikeAscii(piece) ? piece : piece.toLowerCase()))
    .join('');

/** A host name of at least one label; letters of any script, so that internationalised domains pass. */
export const isDomain = (text: string): boolean => text.length <= 253 && domainPattern.test(text);

/** What stands behind the first `@`; empty for a text without one. */
export const domainOf = (address: string): string =>
  address.includes('@') ? address.slice(address.indexOf('@') + 1) : '';

/**
 * Whether a text is one plain mail address (`local@domain`) as this product accepts it: no display name, no quoted local part,
 * no route, no address literal, no letter that only looks like an ASCII one to who ignores case, at most 254 characters (RFC 5321 §4.5.3.1.3). Narrower than RFC 5322 on purpose: what is left out
 * is where parsers disagree about who is meant.
 */
export const isMailAddress = (text: string): boolean => {
  const at = text.indexOf('@');
  return (
    at > 0 &&
    text.length <= 254 &&
    !looksLikeAscii(text) &&
    localPattern.test(text.slice(0, at)) &&
    isDomain(text.slice(at + 1))
  );
};
