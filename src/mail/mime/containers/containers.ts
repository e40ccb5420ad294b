import libmime from 'libmime';
import type { MimeLimits } from '../parts/mime-limits.ts';
import { allParts, type Part } from '../parts/mime-parts.ts';
import { isReadableText } from '../parts/content-type.ts';
import { findUuencoded } from '../encoding/transfer-encoding.ts';
import { openSmime } from './smime.ts';
import { openTnef } from './tnef.ts';

/** A tree in which containers that can be read are opened: what is inside stands below them. */
export interface OpenedTree {
  readonly root: Part;
  /** Text was taken from a signed or compressed object, whose signature nobody checked. */
  readonly signed: boolean;
  readonly encrypted: boolean;
  /** The text was taken from a `winmail.dat`. */
  readonly tnefText: boolean;
}

/** Splits what was inside, within the limits that are left. */
type Split = (raw: Uint8Array, limits: MimeLimits) => Promise<Part>;

/** Containers within each other: triple wrapping is signed, encrypted, signed (RFC 2634 §1.1). */
const maxWrappings = 3;

/**
 * Opens `winmail.dat` wherever it stands, and the S/MIME object that is the message's own content: it stands where only the message's text can stand. One that is
 * attached behind a text is a document like any other.
 */
export const openContainers = async (root: Part, limits: MimeLimits, split: Split): Promise<OpenedTree> => {
  let signed = false;
  let encrypted = false;
  const open = async (part: Part, wrappings: number): Promise<Part> => {
    const [first, ...others] = part.children;
    if (first !== undefined) return { ...part, children: [await open(first, wrappings), ...others] };
    if (!isSmime(part) || wrappings >= maxWrappings) return part;
    const opened = openSmime(part.content, limits.unpackedBytes);
    encrypted ||= opened.kind === 'encrypted';
    if (opened.kind !== 'content') return part;
    signed = true;
    const inner = await split(opened.content, { ...limits, parts: limits.parts - allParts(root).length });
    return { ...part, children: [await open(inner, wrappings + 1)], content: new Uint8Array() };
  };
  const opened = await open(root, 0);
  const withBody = !hasText(opened);
  const unpacked = takeUuencoded(unpackTnef(opened, withBody, limits), limits.attachments);
  return { root: unpacked, signed, encrypted, tnefText: withBody && hasText(unpacked) };
};

const isSmime = ({ contentType, fileName }: Part): boolean =>
  /^application\/(?:x-)?pkcs7-mime$/.test(contentType) ||
  (contentType === 'application/octet-stream' && /\.p7[mz]$/i.test(fileName ?? ''));

const hasText = (root: Part): boolean =>
  allParts(root).some(
    ({ contentType, disposition, content }) =>
      isReadableText(contentType) &&
      disposition !== 'attachment' &&
      Buffer.from(content).toString('latin1').trim() !== '',
  );

/** `withBody`: the text inside counts only where the mail has no other. */
const unpackTnef = (part: Part, withBody: boolean, limits: MimeLimits): Part => {
  if (part.children.length > 0)
    return { ...part, children: part.children.map((child) => unpackTnef(child, withBody, limits)) };
  if (!/^application\/(?:vnd\.)?ms-tnef$/.test(part.contentType) && !/^winmail\.dat$/i.test(part.fileName ?? ''))
    return part;
  const { body = null, files = [] } = openTnef(part.content, limits.unpackedBytes) ?? {};
  const text = withBody && body !== null ? [leaf(body.contentType, body.content, { charset: body.charset })] : [];
  const documents = files.map(({ name, content }) =>
    leaf(libmime.detectMimeType(name ?? ''), content, { disposition: 'attachment', fileName: name }),
  );
  const children = [...text, ...documents];
  return children.length === 0 ? part : { ...part, children, content: new Uint8Array() };
};

/** Files that are written into the text are documents beside it, one more than are allowed at most. */
const takeUuencoded = (part: Part, maxFiles: number): Part => {
  if (part.children.length > 0)
    return { ...part, children: part.children.map((child) => takeUuencoded(child, maxFiles)) };
  if (!isReadableText(part.contentType) || part.contentType === 'text/html' || part.disposition === 'attachment')
    return part;
  const text = Buffer.from(part.content).toString('latin1');
  const files = text.includes('begin ') ? findUuencoded(text).slice(0, maxFiles + 1) : [];
  if (files.length === 0) return part;
  const pieces = [...files, null].map((file, index) => text.slice(files[index - 1]?.end ?? 0, file?.at));
  const documents = files.map(({ name, bytes }) =>
    leaf(libmime.detectMimeType(name), bytes, { disposition: 'attachment', fileName: name }),
  );
  return {
    ...part,
    contentType: 'multipart/mixed',
    content: new Uint8Array(),
    children: [{ ...part, content: Buffer.from(pieces.join(''), 'latin1') }, ...documents],
  };
};

const leaf = (
  contentType: string,
  content: Uint8Array,
  known: Partial<Pick<Part, 'charset' | 'disposition' | 'fileName'>>,
): Part => ({
  contentType,
  charset: null,
  flowed: false,
  delSp: false,
  disposition: null,
  fileName: null,
  contentId: null,
  children: [],
  content,
  ...known,
});
