import { looksLikeAscii, lowerAddress } from '../../domain/messages/address.ts';

/** RFC 5321 §4.5.3.1.3, less its angle brackets. */
const longestAddress = 254;

const dotAtoms = /^[^\s@<>()[\]",;:\\]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

/**
 * The mail address that a person wrote, in lower case; null when there is none or more than one. Read are `a@b`, `<a@b>`,
 * `Name <a@b>`, `mailto:a@b`, and `a@b<mailto:a@b>`, which Outlook makes of an address in plain text.
 */
export const readAddress = (text: string): string | null => {
  const trimmed = text.trim();
  const bracket = trimmed.endsWith('>') ? trimmed.lastIndexOf('<') : -1;
  const inner = withoutScheme(bracket === -1 ? trimmed : trimmed.slice(bracket + 1, -1));
  const before = bracket === -1 ? '' : withoutScheme(trimmed.slice(0, bracket).trim());
  if (before.length <= longestAddress && dotAtoms.test(before) && before !== inner) return null;
  return isAddress(inner) ? inner : null;
};

/** `local@domain` without quoting or comments. */
export const isAddress = (text: string): boolean =>
  text.length <= longestAddress && !looksLikeAscii(text) && dotAtoms.test(text);

const withoutScheme = (text: string): string => {
  const lower = lowerAddress(text);
  return lower.startsWith('mailto:') ? lower.slice('mailto:'.length) : lower;
};
