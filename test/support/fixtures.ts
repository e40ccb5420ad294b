import { readFile } from 'node:fs/promises';

/** The bytes of test/fixtures/<name>.eml. */
export const readFixture = (name: string): Promise<Buffer> =>
  readFile(new URL(`../fixtures/${name}.eml`, import.meta.url));
