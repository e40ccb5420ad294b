/** Bytes of UTF-8 in a cleaned file name, inclusive: what common file systems take (255), less room for a suffix such as ` (2)`. */
export const maxFileNameBytes = 240;

const fallback = 'attachment';

/**
 * A file name from a mail, made fit to be shown and offered for download (spec §8): NFC, without path, without control, zero-width,
 * bidirectional and other invisible characters, without what Windows forbids, bounded in length with its extension kept, never
 * empty. Invisible characters go first, so that nothing hides behind them (`\u200b.htaccess`). Still no path: content is stored by id.
 */
export const cleanFileName = (name: string): string => {
  const visible = name
    .slice(-4096)
    .toWellFormed()
    .replace(/[\p{Zs}\t\r\n]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFFD]/gu, '')
    .replace(/ +/g, ' ')
    .normalize('NFC');
  const last = visible.split(/[\\/]/).at(-1) ?? '';
  const safe = last.replace(/[<>:"|?*]/g, '_').replace(/^[. ]+/, '');
  return trimEnd(bound(trimEnd(safe))) || fallback;
};

/** Windows drops dots and spaces at the end, and with them what a check has seen. */
const trimEnd = (name: string): string => {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
};

const bound = (name: string): string => {
  if (byteLength(name) <= maxFileNameBytes) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : '';
  let left = maxFileNameBytes - byteLength(extension);
  let stem = '';
  for (const character of extension === '' ? name : name.slice(0, dot)) {
    left -= byteLength(character);
    if (left < 0) break;
    stem += character;
  }
  return stem + extension;
};

const byteLength = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
};
