/** The text as PostgreSQL can store it: U+FFFD in place of NUL and of lone surrogates, which a mail may well contain. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\u{fffd}');

/** JSON that PostgreSQL can store, likewise. The look costs little beside the replacement, which hardly any text needs. */
export const storableJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  return /\\u(?:0000|d[89a-f])/i.test(json)
    ? JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' ? storable(member) : member))
    : json;
};
