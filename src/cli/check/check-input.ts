import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';

/** The first bytes of a file or of standard input (`-`), at most `maxBytes`: nothing larger is held in memory. Throws what Node throws. */
export const readInput = async (
  file: string,
  stdin: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> => {
  if (file !== '-') return buffer(createReadStream(file, { end: maxBytes - 1 }));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
};

/** Why a file could not be read, in words. */
export const inputProblem = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'this is a folder, not a mail file';
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read by this user';
    default:
      return error instanceof Error ? error.message : String(error);
  }
};
