import { withoutTrailing } from '../encoding/without-trailing.ts';
import { decodeBytes } from '../encoding/charset.ts';
import { rtfToText, unpackRtf } from './rtf.ts';

/** What Outlook packs into `winmail.dat` (MS-OXTNEF) that is of use here. */
export interface TnefContents {
  /** The message's text, plain before HTML before RTF; null when it has none. */
  readonly body: {
    readonly contentType: 'text/plain' | 'text/html';
    readonly content: Uint8Array;
    readonly charset: string;
  } | null;
  readonly files: readonly { readonly name: string | null; readonly content: Uint8Array }[];
}

const signature = 0x223e9f78;
const attribute = {
  body: 0x0002800c,
  mapiProperties: 0x00069003,
  codePage: 0x00069007,
  newFile: 0x00069002,
  fileTitle: 0x00018010,
  fileData: 0x0006800f,
  fileProperties: 0x00069005,
} as const;
const property = {
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  fileData: 0x3701,
  fileName: 0x3704,
  longFileName: 0x3707,
} as const;

/** Files of one object; the limit on documents is met later, with the better words. */
const maxFiles = 1000;
/** Properties of one list that are looked at; Outlook writes about a hundred. */
const maxProperties = 5000;

/** An attached message is packed the same way, behind the identifier of its interface. */
const objectType = 0x0d;
const identifierLength = 16;
/** Attached messages within each other that are opened. */
const maxDepth = 3;

/** Unpacks it; `maxBytes` bounds what is compressed in it. Null when it is no TNEF or breaks off within its first attributes; what was whole before a fault is kept. */
export const openTnef = (bytes: Uint8Array, maxBytes: number, depth = 1): TnefContents | null => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.byteLength < 6 || buffer.readUInt32LE(0) !== signature) return null;
  let charset = 'windows-1252';
  let plain: Uint8Array | null = null;
  let properties: Properties = new Map();
  const files: { title: string | null; data: Uint8Array | null; properties: Properties }[] = [];
  for (const { id, data } of attributesOf(buffer)) {
    const file = files.at(-1);
    if (id === attribute.codePage && data.byteLength >= 4) charset = `windows-${data.readUInt32LE(0)}`;
    else if (id === attribute.body) plain = withoutNul(data);
    else if (id === attribute.mapiProperties) properties = propertiesOf(data);
    else if (id === attribute.newFile && files.length < maxFiles)
      files.push({ title: null, data: null, properties: new Map() });
    else if (id === attribute.fileTitle && file !== undefined)
      file.title = decodeBytes(withoutNul(data), { label: charset });
    else if (id === attribute.fileData && file !== undefined) file.data = data;
    else if (id === attribute.fileProperties && file !== undefined) file.properties = propertiesOf(data);
  }
  const body = bodyOf(plain, properties, charset, maxBytes);
  const unpacked = files.flatMap(({ title, data, properties: own }) => {
    const content = data ?? own.get(property.fileData)?.bytes ?? null;
    const name =
      textOf(own.get(property.longFileName), charset) ?? title ?? textOf(own.get(property.fileName), charset);
    const attached = own.get(property.fileData);
    if (data === null && attached?.type === objectType && depth < maxDepth)
      return attachedMessage(name, attached.bytes.subarray(identifierLength), maxBytes, depth);
    return content === null ? [] : [{ name, content }];
  });
  return { body, files: unpacked };
};

/** Its text as a file of its name, and its files. */
const attachedMessage = (
  name: string | null,
  bytes: Buffer,
  maxBytes: number,
  depth: number,
): TnefContents['files'] => {
  const { body, files } = openTnef(bytes, maxBytes, depth + 1) ?? { body: null, files: [{ name, content: bytes }] };
  if (body === null) return files;
  const text = decodeBytes(body.content, { label: body.charset, html: body.contentType === 'text/html' });
  const extension = body.contentType === 'text/html' ? 'html' : 'txt';
  return [{ name: `${name ?? 'message'}.${extension}`, content: Buffer.from(text) }, ...files];
};

interface Value {
  readonly type: number;
  readonly bytes: Buffer;
}

type Properties = Map<number, Value>;

const unicode = 0x1f;

const bodyOf = (
  plain: Uint8Array | null,
  properties: Properties,
  charset: string,
  maxBytes: number,
): TnefContents['body'] => {
  const text = properties.get(property.body);
  const html = properties.get(property.html);
  const own = plain === null ? textOf(text, charset) : null;
  if (own !== null && own.trim() !== '')
    return { contentType: 'text/plain', content: Buffer.from(own), charset: 'utf-8' };
  if (plain !== null && plain.byteLength > 0) return { contentType: 'text/plain', content: plain, charset };
  if (html === undefined || html.bytes.byteLength === 0) return rtfBody(properties.get(property.rtf), maxBytes);
  return { contentType: 'text/html', content: html.bytes, charset: html.type === unicode ? 'utf-16le' : charset };
};

const rtfBody = (packed: Value | undefined, maxBytes: number): TnefContents['body'] => {
  const rtf = packed === undefined ? null : unpackRtf(packed.bytes, maxBytes);
  if (rtf === null) return null;
  const { contentType, text } = rtfToText(rtf);
  return text.trim() === '' ? null : { contentType, content: Buffer.from(text), charset: 'utf-8' };
};

const textOf = (value: Value | undefined, charset: string): string | null =>
  value === undefined
    ? null
    : withoutTrailing(
        decodeBytes(value.bytes, { label: value.type === unicode ? 'utf-16le' : charset }),
        (character) => character === '\0',
      ) || null;

const withoutNul = (data: Buffer): Buffer => {
  const end = data.indexOf(0);
  return end < 0 ? data : data.subarray(0, end);
};

/** Level, identifier, length, data, checksum; the checksums are not looked at, as other readers do not. */
const attributesOf = function* (buffer: Buffer): Generator<{ readonly id: number; readonly data: Buffer }> {
  for (let at = 6; at + 9 <= buffer.byteLength;) {
    const length = buffer.readUInt32LE(at + 5);
    const end = at + 9 + length;
    if (end > buffer.byteLength) return;
    yield { id: buffer.readUInt32LE(at + 1), data: buffer.subarray(at + 9, end) };
    at = end + 2;
  }
};

/** Bytes of the types of fixed size (MS-OXCDATA §2.11.1), each filled up to four. */
const fixedSizes: Readonly<Record<number, number>> = {
  0x02: 4,
  0x03: 4,
  0x04: 4,
  0x05: 8,
  0x06: 8,
  0x07: 8,
  0x0a: 4,
  0x0b: 4,
  0x14: 8,
  0x40: 8,
  0x48: 16,
};
const severalValues = 0x1000;
const variableTypes = new Set([objectType, 0x1e, unicode, 0x102]);

/** A list of properties up to the first thing in it that is not understood. Of several values the first counts. */
const propertiesOf = (data: Buffer): Properties => {
  const found: Properties = new Map();
  const has = (at: number, bytes: number): boolean => at + bytes <= data.byteLength;
  if (!has(0, 4)) return found;
  const count = Math.min(data.readUInt32LE(0), maxProperties);
  let at = 4;
  for (let index = 0; index < count && has(at, 4); index += 1) {
    const type = data.readUInt16LE(at);
    const id = data.readUInt16LE(at + 2);
    at += 4;
    // A named property carries its name: a set's GUID, and a number or a text.
    if (id >= 0x8000) {
      if (!has(at, 24)) return found;
      const isText = data.readUInt32LE(at + 16) === 1;
      at += isText ? 24 + padded(data.readUInt32LE(at + 20)) : 24;
    }
    const single = type & ~severalValues;
    const size = fixedSizes[single];
    const isVariable = variableTypes.has(single);
    if (size === undefined && !isVariable) return found;
    let values = 1;
    if (isVariable || single !== type) {
      if (!has(at, 4)) return found;
      values = data.readUInt32LE(at);
      at += 4;
    }
    if (size !== undefined) {
      at += size * values;
      continue;
    }
    for (let value = 0; value < values; value += 1) {
      if (!has(at, 4)) return found;
      const length = data.readUInt32LE(at);
      if (!has(at + 4, length)) return found;
      if (value === 0) found.set(id, { type: single, bytes: data.subarray(at + 4, at + 4 + length) });
      at += 4 + padded(length);
    }
  }
  return found;
};

const padded = (length: number): number => Math.ceil(length / 4) * 4;
