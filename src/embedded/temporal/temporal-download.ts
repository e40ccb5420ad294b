import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { temporalVersion } from './temporal-version.ts';

/** Where Temporal's own SDKs get the program from. */
export const temporalDownloads = 'https://temporal.download';

/** An address that does not answer is given up after this many ms: there is another way to the program. */
const answerMs = 8_000;
const transferMs = 300_000;

/** Downloads the program into `folder` and returns its path. Throws when it is not to be had. */
export async function downloadTemporal(folder: string, base: string, signal: AbortSignal): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `${base}/cli/archive/v${temporalVersion}?platform=${platform}&arch=${architecture}`;
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(new Error(`no answer in ${answerMs / 1000} s`)), answerMs);
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.any([signal, unanswered.signal, AbortSignal.timeout(transferMs)]),
    });
    clearTimeout(timer);
    if (!answer.ok || answer.body === null) throw new Error(`${url} answered ${answer.status}`);
    const archive = path.join(folder, 'temporal.tar.gz');
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(archive), { signal });
    await promisify(execFile)('tar', ['-xzf', archive, '-C', folder, 'temporal'], { signal });
    return path.join(folder, 'temporal');
  } finally {
    clearTimeout(timer);
  }
}
