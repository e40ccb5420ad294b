import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { childEnvironment } from '../../config/child-environment.ts';
import { temporalVersion } from './temporal-version.ts';

const progressMs = 10_000;

/** Builds the program into `folder` with the machine's Go and returns its path; takes minutes, and says so. */
export async function buildTemporal(
  folder: string,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const begun = Date.now();
  const module = `github.com/temporalio/cli/cmd/temporal@v${temporalVersion}`;
  // GOBIN is refused for another platform than this one.
  const env = childEnvironment({ GOBIN: folder, GOOS: '', GOARCH: '' });
  const go = spawn('go', ['install', '-ldflags', '-s -w', module], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
    killSignal: 'SIGINT',
  });
  const { promise: code, resolve, reject } = Promise.withResolvers<number | null>();
  go.once('close', resolve).once('error', (error) => {
    // An aborted one goes on until it closes, and writes into the folder.
    if ('code' in error && error.code === 'ENOENT') reject(new Error('Go is not installed'));
  });
  onProgress(`building the Temporal server ${temporalVersion} with Go: about 5 minutes, once`);
  const progress = setInterval(() => {
    onProgress(
      `building the Temporal server ${temporalVersion}: ${elapsed(Date.now() - begun)} so far (about 5:00 on an idle machine)`,
    );
  }, progressMs);
  try {
    const [ended, messages] = await Promise.all([code, text(go.stderr)]);
    if (ended !== 0) throw new Error(`go install ${module} failed: ${lastLines(messages)}`);
    return path.join(folder, 'temporal');
  } finally {
    clearInterval(progress);
  }
}

const elapsed = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const lastLines = (output: string): string => output.trim().split('\n').slice(-5).join('\n');
