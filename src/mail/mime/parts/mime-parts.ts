import mailsplit, { type SplitterChunk } from '@zone-eu/mailsplit';
import { contentTypeOf } from './content-type.ts';
import { NotReadable, type MimeLimits } from './mime-limits.ts';
import { parameterOf } from './parameters.ts';
import { decodeTransfer, type Decoded } from '../encoding/transfer-encoding.ts';

/** A part of the message's tree. An attached message is a leaf: its content is the whole of it. */
export interface Part {
  /** `type/subtype`, lower case, without parameters, also where the field is no type (`contentTypeOf`). */
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

/** The part and all below it, as they stand in the message. */
export const allParts = (part: Part): readonly Part[] => [part, ...part.children.flatMap(allParts)];

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
  const charset = Array.from(drafts.keys(), (node) => node.charset).find((each) => each !== false && each !== '');
  return finish(root, null, charset === undefined || charset === false ? null : charset);
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

/** `otherwise`: the charset of the message's text, in which its programs write raw names, too. */
const finish = ({ node, children, encoded }: Draft, parent: MimeNode | null, otherwise: string | null): Part => {
  const value = (name: string): string => (node.headers === false ? '' : node.headers.getFirst(name));
  const disposition = node.disposition === false ? null : node.disposition === 'inline' ? 'inline' : 'attachment';
  const raw = (name: string): string => rawField(node, name);
  const names = [
    parameterOf(raw('content-disposition'), 'filename', otherwise),
    parameterOf(raw('content-type'), 'name', otherwise),
  ];
  const fileName = names.find((name) => name !== null && name !== '') ?? null;
  const contentType = contentTypeOf({
    parsed: node.contentType || '',
    isGiven: node.headers !== false && node.headers.get('content-type').length > 0,
    isDocument: fileName !== null || disposition === 'attachment',
    inDigest: parent?.multipart === 'digest',
  });
  return {
    contentType,
    charset: node.charset || null,
    flowed: node.flowed,
    delSp: node.delSp,
    disposition,
    fileName,
    contentId: value('content-id').trim().replace(/^<|>$/g, '') || null,
    children: children.map((child) => finish(child, node, otherwise)),
    content:
      node.multipart === false
        ? withLinesAround(decodeTransfer(Buffer.concat(encoded), value('content-transfer-encoding')), contentType)
        : new Uint8Array(),
  };
};

/** What a gateway wrote around the encoded lines is text in a text, and would spoil a file. */
const withLinesAround = ({ bytes, before, after }: Decoded, contentType: string): Uint8Array => {
  if (before.byteLength + after.byteLength === 0 || !contentType.startsWith('text/')) return bytes;
  const lineEnd = Buffer.from('\n');
  return Buffer.concat([before, bytes, ...(after.byteLength > 0 ? [lineEnd, after] : [])]);
};

/** The value of a part's field, a character an octet; empty when it has none. */
const rawField = ({ headers }: MimeNode, name: string): string => {
  const { line = '' } = headers === false ? {} : (headers.getList().find(({ key }) => key === name) ?? {});
  return line.slice(line.indexOf(':') + 1);
};
