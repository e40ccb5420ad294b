/** So many characters of a secret in a row are no accident. */
const tellingLength = 8;

/**
 * Whether a server's words repeat a secret, or a piece of one: as it is, or as a protocol carries it (quoted, in base64 with a login
 * before it, percent-encoded, in hex). A secret shorter than eight characters counts only as a whole.
 */
export function repeatsSecret(words: string, secrets: readonly string[]): boolean {
  const pieces = new Set(piecesOf(words));
  return secrets
    .flatMap(carriedForms)
    .some((form) =>
      form.length < tellingLength
        ? form !== '' && words.includes(form)
        : piecesOf(form).some((piece) => pieces.has(piece)),
    );
}

const piecesOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - tellingLength + 1) }, (_, at) => text.slice(at, at + tellingLength));

function carriedForms(secret: string): readonly string[] {
  const octets = Buffer.from(secret);
  const base64 = [0, 1, 2].map((before) => base64Behind(before, octets));
  return [
    secret,
    secret.replace(/["\\]/g, String.raw`\$&`),
    octets.toString('latin1'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    encodeURIComponent(secret),
    octets.toString('hex'),
    octets.toString('hex').toUpperCase(),
  ];
}

/** The digits of base64 that do not depend on what stands before the secret, in whose last group of three `before` octets are, and behind it. */
function base64Behind(before: number, octets: Buffer): string {
  const text = Buffer.concat([Buffer.alloc(before), octets]).toString('base64');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + octets.length) * 8) / 6));
}
