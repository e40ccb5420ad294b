/** Every way in which a secret may stand in a text, at any place of a longer one that was encoded as a whole. */
export function formsOf(secret: string): ReadonlySet<string> {
  const octets = Buffer.from(secret);
  const hex = octets.toString('hex');
  const base64 = [0, 1, 2].map((alignment) => alignedBase64(octets, alignment));
  const everyOctet = hex.replaceAll(/../g, '%$&');
  return new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    everyOctet,
    everyOctet.toUpperCase(),
    hex,
    hex.toUpperCase(),
  ]);
}

/** The digits that are the same whatever stands before and behind, where `alignment` octets are before it in its group of three. */
function alignedBase64(octets: Buffer, alignment: number): string {
  const text = Buffer.concat([Buffer.alloc(alignment), octets]).toString('base64');
  const wholeDigits = Math.floor(((alignment + octets.length) * 8) / 6);
  return text.slice(Math.ceil((alignment * 8) / 6), wholeDigits);
}

/** All texts in a value, however deep: strings and names, and octets as UTF-8. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString()];
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Map) return [...value].flatMap(textsIn);
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)]);
}

/** A haystack with a name. */
export interface Place {
  readonly name: string;
  readonly text: string;
}

/** Where which secret stands in which form: its name, never itself. */
export function leaks(places: readonly Place[], secrets: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [name, secret] of secrets) {
    // Eight digits are everywhere; a secret that short proves nothing.
    if (secret.length < 12) throw new Error(`${name} is too short to be looked for`);
    const beginning = secret.length < 24 ? [] : [secret.slice(0, 14)];
    for (const form of [...formsOf(secret), ...beginning])
      for (const place of places)
        if (place.text.includes(form)) found.push(`${name} in ${place.name}, ${around(place.text, form)}`);
  }
  return found;
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return `after ${JSON.stringify(text.slice(Math.max(0, at - 60), at))}`;
}
