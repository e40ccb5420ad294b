import type { MimeLimits } from '../mime-limits.ts';
import { allParts, type Part } from '../mime-parts.ts';
import { openSmime } from './smime.ts';

/** A tree in which containers that can be read are opened: what is inside stands below them. */
export interface OpenedTree {
  readonly root: Part;
  /** Text was taken from a signed or compressed object, whose signature nobody checked. */
  readonly signed: boolean;
  readonly encrypted: boolean;
}

/** Splits what was inside, within the limits that are left. */
type Split = (raw: Uint8Array, limits: MimeLimits) => Promise<Part>;

/** Containers within each other: triple wrapping is signed, encrypted, signed (RFC 2634 §1.1). */
const maxWrappings = 3;

/**
 * Opens the S/MIME object that is the message's own content: it stands where only the message's text can stand. One that is
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
  return { root: await open(root, 0), signed, encrypted };
};

const isSmime = ({ contentType, fileName }: Part): boolean =>
  /^application\/(?:x-)?pkcs7-mime$/.test(contentType) ||
  (contentType === 'application/octet-stream' && /\.p7[mz]$/i.test(fileName ?? ''));
