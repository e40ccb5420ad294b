import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '../../config/child-environment.ts';

/** Of the program `temporal` (module github.com/temporalio/cli) that is fetched or built; later ones cannot be built by `go install`. */
export const temporalVersion = '1.5.1';

/** The oldest server that the workflows were tried on. */
const oldestServer = [1, 29] as const;

/** Why the program is of no use here; undefined when it is. */
export async function unfitness(program: string): Promise<string | undefined> {
  let output: string;
  try {
    output = (await promisify(execFile)(program, ['--version'], { env: childEnvironment(), timeout: 20_000 })).stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'not found';
    return `does not run (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)})`;
  }
  const [, major, minor] = /\(Server (\d+)\.(\d+)\./.exec(output) ?? [];
  if (major === undefined || minor === undefined)
    return `is no Temporal CLI: it calls itself ${JSON.stringify(output.trim())}`;
  const fits = Number(major) === oldestServer[0] && Number(minor) >= oldestServer[1];
  return fits ? undefined : `holds server ${major}.${minor}; ${oldestServer.join('.')} or a later 1.x is needed`;
}
