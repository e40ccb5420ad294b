import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { findTemporalProgram } from '../../../src/embedded/temporal/temporal-program.ts';
import { listen } from '../../support/listen.ts';

const versionLine = (server: string): string => `temporal version 1.5.1 (Server ${server}, UI 2.42.1)`;
const program = (output: string): string => `#!/bin/sh\necho '${output}'\n`;

let folder: string;
let cacheDir: string;
let progress: string[];
const inFolder = (...names: string[]): string => path.join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-temporal-program-'));
  cacheDir = inFolder('cache');
  progress = [];
  mkdirSync(inFolder('bin'));
  vi.stubEnv('PATH', `${inFolder('bin')}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function script(file: string, content: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  return file;
}

/** In the place of Go: "builds" a program, and notes each call. */
const fakeGo = (): string =>
  script(
    inFolder('bin', 'go'),
    `#!/bin/sh\necho "$@" >> ${inFolder('built')}\nprintf '%s\\n' '#!/bin/sh' "echo '${versionLine('1.29.1')}'" > $GOBIN/temporal\nchmod +x $GOBIN/temporal\n`,
  );
const noGo = (): string => script(inFolder('bin', 'go'), '#!/bin/sh\necho "go: no network" >&2\nexit 1\n');

async function downloads(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const port = await listen(server);
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${port}`;
}
const nothing: RequestListener = (_request, response) => void response.writeHead(404).end();

const find = (options: { readonly downloads?: string; readonly signal?: AbortSignal; readonly onPath?: string } = {}) =>
  findTemporalProgram({
    cacheDir,
    onPath: inFolder('bin', 'temporal'),
    downloads: 'http://127.0.0.1:1',
    onProgress: (text) => progress.push(text),
    signal: new AbortController().signal,
    ...options,
  });

const cached = (): string => path.join(cacheDir, 'temporal-1.5.1', 'temporal');

describe('the program temporal', () => {
  it.each(['1.29.0', '1.30.2'])('is the one on PATH when it holds server %s', async (server) => {
    const onPath = script(inFolder('bin', 'temporal'), program(versionLine(server)));
    expect(await find()).toBe(onPath);
    expect(existsSync(cacheDir)).toBe(false);
  });

  it.each([
    [program(versionLine('1.28.9')), 'holds server 1.28; 1.29 or a later 1.x is needed'],
    [program(versionLine('2.0.0')), 'holds server 2.0'],
    [program('temporal, the film'), 'is no Temporal CLI: it calls itself "temporal, the film"'],
    ['#!/bin/sh\nexit 3\n', 'does not run'],
  ])('is not the one on PATH that does not fit', async (content, problem) => {
    script(inFolder('bin', 'temporal'), content);
    script(cached(), program(versionLine('1.29.1')));
    expect(await find()).toBe(cached());
    expect(progress.join('\n')).toContain(problem);
  });

  it('is downloaded where it can be, and kept', async () => {
    script(inFolder('archive', 'temporal'), program(versionLine('1.29.1')));
    const archive = execFileSync('tar', ['-cz', '-C', inFolder('archive'), 'temporal']);
    const asked: (string | undefined)[] = [];
    const base = await downloads((request, response) => {
      asked.push(request.url);
      response.end(archive);
    });
    expect(await find({ downloads: base })).toBe(cached());
    expect(await find({ downloads: base })).toBe(cached());
    expect(asked).toEqual([expect.stringMatching(/^\/cli\/archive\/v1\.5\.1\?platform=\w+&arch=\w+$/)]);
    expect(readdirSync(path.dirname(cached()))).toEqual(['temporal']);
  });

  it('is built with Go where it cannot be downloaded, once for all who ask at the same time', async () => {
    fakeGo();
    const base = await downloads(nothing);
    expect(await Promise.all([find({ downloads: base }), find({ downloads: base })])).toEqual([cached(), cached()]);
    expect(readFileSync(inFolder('built'), 'utf8')).toBe(
      'install -ldflags -s -w github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
    );
    expect(progress).toContain('building the Temporal server 1.5.1 with Go: about 5 minutes, once');
    expect(readdirSync(path.dirname(cached()))).toEqual(['temporal']);
  });

  it('is built anew when a start was killed at it', async () => {
    fakeGo();
    mkdirSync(path.join(path.dirname(cached()), 'new-left'), { recursive: true });
    script(cached(), 'half a program');
    expect(await find()).toBe(cached());
    expect(readdirSync(path.dirname(cached()))).toEqual(['temporal']);
  });

  it('that cannot be had gives an error with all that was tried and what to do', async () => {
    noGo();
    const base = await downloads(nothing);
    const error = await find({ downloads: base }).catch(String);
    expect(error).toMatch(/on PATH: .*temporal not found; download: .* answered 404; build: .* failed: go: no network/);
    expect(error).toMatch(/Install the program temporal .*, or Go .*, or set TEMPORAL_ADDRESS/);
  });

  it('is not looked for any longer when the start is given up', async () => {
    const aborting = new AbortController();
    const base = await downloads(() => aborting.abort(new Error('given up')));
    await expect(find({ downloads: base, signal: aborting.signal })).rejects.toThrow('given up');
    expect(readdirSync(path.dirname(cached()))).toEqual([]);
  });
});
