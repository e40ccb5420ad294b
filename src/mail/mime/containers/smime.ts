import { inflateSync } from 'node:zlib';
import { Constructed, fromBER, ObjectIdentifier, OctetString, Sequence } from 'asn1js';

/** What a CMS object (RFC 5652) holds: the message inside, or why there is none to be had. */
export type Opened =
  | { readonly kind: 'content'; readonly content: Uint8Array }
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'unknown' };

const signedData = '1.2.840.113549.1.7.2';
const compressedData = '1.2.840.113549.1.9.16.1.9';
const encrypted = new Set(['1.2.840.113549.1.7.3', '1.2.840.113549.1.7.6', '1.2.840.113549.1.9.16.1.23']);

/**
 * Opens S/MIME that is signed in one piece or compressed (RFC 8551 §3.5.2, RFC 3274). The signature is not checked: who sent
 * the mail is told by sender authentication. Never throws; `maxBytes` bounds what is unpacked.
 */
export const openSmime = (der: Uint8Array, maxBytes: number): Opened => {
  try {
    const [oid, outer] = membersOf(fromBER(Uint8Array.from(der).buffer).result);
    const type = oid instanceof ObjectIdentifier ? oid.valueBlock.toString() : '';
    if (encrypted.has(type)) return { kind: 'encrypted' };
    if (type !== signedData && type !== compressedData) return { kind: 'unknown' };
    // Both have their content third: version, algorithms, content.
    const [, , encapsulated] = membersOf(membersOf(outer)[0]);
    const [inner] = membersOf(membersOf(encapsulated)[1]);
    if (!(inner instanceof OctetString)) return { kind: 'unknown' };
    const content = new Uint8Array(inner.getValue());
    if (type === signedData) return { kind: 'content', content };
    return { kind: 'content', content: inflateSync(content, { maxOutputLength: maxBytes }) };
  } catch {
    // A broken object holds nothing for us.
    return { kind: 'unknown' };
  }
};

const membersOf = (value: unknown): readonly unknown[] =>
  value instanceof Sequence || value instanceof Constructed ? value.valueBlock.value : [];
