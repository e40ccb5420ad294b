import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

const mavenCentral = 'https://repo1.maven.org/maven2';

export interface Jar {
  /** Below the repository's root. */
  readonly path: string;
  readonly sha256: string;
}

/** Puts a file of Maven Central into a folder, once. Returns its path; throws when it cannot be fetched, or is another one. */
export async function fetchJar(folder: string, jar: Jar): Promise<string> {
  const file = path.join(folder, path.basename(jar.path));
  if (existsSync(file)) return file;
  const response = await fetch(`${mavenCentral}/${jar.path}`);
  if (!response.ok) throw new Error(`${response.url}: ${String(response.status)} ${response.statusText}`);
  const octets = new Uint8Array(await response.arrayBuffer());
  if (createHash('sha256').update(octets).digest('hex') !== jar.sha256)
    throw new Error(`${response.url} is not the file that was expected`);
  const partial = `${file}.${String(process.pid)}`;
  await writeFile(partial, octets);
  await rename(partial, file);
  return file;
}
