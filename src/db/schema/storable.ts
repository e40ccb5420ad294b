/** The text as PostgreSQL can store it: U+FFFD in place of NUL and of lone surrogates, which a mail may well contain. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\u{fffd}');
