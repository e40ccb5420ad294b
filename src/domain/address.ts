/**
 * Whether a text is one plain mail address (`local@domain`) as this product accepts it: no display name, no quoted local part,
 * no route, no address literal, at most 254 characters (RFC 5321 §4.5.3.1.3). Narrower than RFC 5322 on purpose: what is left out
 * is where parsers disagree about who is meant.
 */
export const isMailAddress = (text: string): boolean => text.length <= 254 && addressPattern.test(text);

/** A host name with at least one label; letters of any script, so that internationalised domains pass. */
export const isDomain = (text: string): boolean => text.length <= 253 && domainPattern.test(text);

const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}])?`;
const domainPattern = new RegExp(String.raw`^${label}(?:\.${label})*$`, 'u');
const addressPattern = new RegExp(
  String.raw`^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_\`{|}~.-]{1,64}@${label}(?:\.${label})*$`,
  'u',
);
