import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { cacheDir } from '../../src/config/cache-dir.ts';
import { fetchJar } from './maven.ts';
import jars from './time-skipping-jars.json' with { type: 'json' };

const version = '1.38.0';

export const hasJava = (): boolean => spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0;

/**
 * The program of Temporal's time-skipping test server, which comes from Maven Central (38 MB, once) and needs Java 8 or later. Throws when a
 * file cannot be fetched, or is not the one whose digest is kept here.
 */
export async function timeSkippingServer(): Promise<string> {
  const folder = path.join(cacheDir(), `temporal-test-server-${version}`);
  const program = path.join(folder, 'server.sh');
  await mkdir(folder, { recursive: true });
  const limit = pLimit(6);
  await Promise.all(jars.map((jar) => limit(() => fetchJar(folder, jar))));
  const script = `#!/bin/sh
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$(dirname "$0")/*" io.temporal.testserver.TestServer "$@"
`;
  await writeFile(program, script, { mode: 0o755 });
  return program;
}
