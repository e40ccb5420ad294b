import { buffer } from 'node:stream/consumers';
import mailsplit, { type SplitterChunk } from '@zone-eu/mailsplit';
import { NotReadable, type MimeLimits } from './mime-limits.ts';

/** A part of the message's tree. An attached message is a leaf: its content is the whole of it. */
export interface Part {
  /** `type/subtype`, lower case, without parameters; `application/octet-stream` when it is not one. */
  readonly contentType: string;
  readonly charset: string | null;
  /** RFC 3676: lines are joined, with `delSp` without the space at their end. */
  readonly flowed: boolean;
  readonly delSp: boolean;
  /** RFC 2183; an unknown one counts as `attachment`, as it is told there. */
  readonly disposition: 'inline' | 'attachment' | null;
  /** As sent, RFC 2231 and RFC 2047 decoded. */
  readonly fileName: string | null;
  /** Without angle brackets. */
  readonly contentId: string | null;
  readonly children: readonly Part[];
  /** Transfer encoding removed; empty for a multipart. */
  readonly content: Uint8Array;
}

/** Builds the tree of a message's parts; throws NotReadable when a limit is passed, at the place where it is. */
export const splitParts = async (raw: Uint8Array, limits: MimeLimits): Promise<Part> => {
  const drafts = new Map<MimeNode, Draft>();
  const splitter = new mailsplit.Splitter({
    ignoreEmbedded: true,
    // The empty line behind the header counts there, but not here.
    maxHeadSize: limits.headerBytes + 2,
    // Ours is met first where parts have headers at all, and has the better words.
    maxChildNodes: limits.parts + 1,
  });
  splitter.end(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
  try {
    const chunks: AsyncIterable<SplitterChunk> = splitter;
    for await (const chunk of chunks) {
      if (chunk.type === 'node') addDraft(drafts, chunk, limits);
      else if (chunk.type === 'body') drafts.get(chunk.node)?.encoded.push(chunk.value);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EMAXLEN')
      throw new NotReadable(
        'too_large',
        `The message has a part whose header is longer than ${limits.headerBytes} bytes, or more than ${limits.parts} parts.`,
      );
    throw error;
  }
  const root = drafts.values().next().value;
  if (root === undefined) throw new NotReadable('unreadable', 'The message is empty.');
  return finish(root);
};

type MimeNode = Extract<SplitterChunk, { readonly type: 'node' }>;

interface Draft {
  readonly node: MimeNode;
  readonly depth: number;
  readonly children: Draft[];
  readonly encoded: Buffer[];
}

const addDraft = (drafts: Map<MimeNode, Draft>, node: MimeNode, limits: MimeLimits): void => {
  const parent = node.parentNode === false ? undefined : drafts.get(node.parentNode);
  const draft: Draft = { node, depth: (parent?.depth ?? 0) + 1, children: [], encoded: [] };
  drafts.set(node, draft);
  parent?.children.push(draft);
  if (drafts.size > limits.parts)
    throw new NotReadable('too_large', `The message has more than ${limits.parts} parts.`);
  if (draft.depth > limits.nesting)
    throw new NotReadable('too_large', `The parts of the message are nested deeper than ${limits.nesting} levels.`);
};

const finish = async ({ node, children, encoded }: Draft): Promise<Part> => {
  const contentId = node.headers === false ? '' : node.headers.getFirst('content-id');
  return {
    contentType: tokens.test(node.contentType || '') ? node.contentType || '' : 'application/octet-stream',
    charset: node.charset || null,
    flowed: node.flowed,
    delSp: node.delSp,
    disposition: node.disposition === false ? null : node.disposition === 'inline' ? 'inline' : 'attachment',
    fileName: node.filename || null,
    contentId: contentId.trim().replace(/^<|>$/g, '') || null,
    children: await Promise.all(children.map(finish)),
    content: node.multipart === false ? await decodeTransfer(node, Buffer.concat(encoded)) : new Uint8Array(),
  };
};

/** RFC 6838 §4.2, names of types and subtypes. */
const tokens = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

const decodeTransfer = async (node: MimeNode, encoded: Buffer): Promise<Uint8Array> => {
  const decoder = node.getDecoder();
  decoder.end(encoded);
  return buffer(decoder);
};
