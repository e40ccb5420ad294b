/**
 * Fields in which servers that keep an mbox note what was done with a mail: it has other octets once it was read (c-client, GNU Mailutils,
 * mutt; RFC 4155 leaves it open).
 */
const notes = new Set([
  'status',
  'x-status',
  'x-uid',
  'x-uidl',
  'x-imap',
  'x-imapbase',
  'x-keywords',
  'content-length',
  'lines',
]);

/** The same octets, but for a server's own notes in the header. */
export const isSameMail = (stored: Uint8Array, found: Uint8Array): boolean =>
  withoutNotes(stored) === withoutNotes(found);

function withoutNotes(raw: Uint8Array): string {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const fields = text.slice(0, end).split(/\r?\n(?![ \t])/);
  const kept = fields.filter((field) => !notes.has(/^[^\s:]+/.exec(field)?.[0].toLowerCase() ?? ''));
  return kept.join('\n') + text.slice(end);
}
