import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runTsa, startTsa } from '../run-tsa.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const mailFile = path.join(root, 'test/fixtures/page-example-whole.eml');
/** To make, fetch and lay down some thousand files, and to take them away. */
const minutes = 600_000;
const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

describe('the package that npm pack makes, installed elsewhere', () => {
  let folder = '';
  let program = '';
  let files: readonly string[] = [];
  const npm = (...args: readonly string[]): string =>
    execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-package-'));
    writeFileSync(path.join(folder, 'package.json'), '{ "name": "elsewhere", "version": "1.0.0", "private": true }');
    const [{ filename, files: list }] = packed.parse(JSON.parse(npm('pack', root, '--json', '--silent')));
    files = list.map((file) => file.path);
    npm('install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', path.join(folder, filename));
    program = path.join(folder, 'node_modules/tsa/bin/tsa.mjs');
  }, minutes);

  afterAll(() => rm(folder, { recursive: true, force: true }), minutes);

  it('has what was built, and neither sources nor tests', () => {
    expect(files).toEqual(expect.arrayContaining(['dist/main.js', 'dist/workflows.js', 'drizzle/meta/_journal.json']));
    expect(files.filter((file) => /^(?:src|test|bench)\/|\.ts$/.test(file))).toEqual([]);
  });

  it('understands a mail as the sources do', async () => {
    const args = ['check', '--json', mailFile];
    const { code, out } = await startTsa(args, folder, {}, program).outcome;
    expect(code).toBe(0);
    expect(out).toBe((await runTsa(args, folder)).out);
  });

  it('runs, and serves the page in few requests that a browser never repeats', async () => {
    const tsa = startTsa(['up', '--json'], folder, { TSA_PORT: '0' }, program);
    const line = await tsa.firstLine;
    if (line === '') throw new Error((await tsa.outcome).err);
    const { apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(line));
    const page = await (await fetch(apiUrl)).text();
    const parts = Array.from(page.matchAll(/(?:href|src)="(\/[^"]+)"/g), ([, part = '']) => part);
    expect(parts.length).toBeLessThanOrEqual(5);
    let bytes = page.length;
    for (const part of parts) {
      const answer = await fetch(`${apiUrl}${part}`, { headers: { 'Accept-Encoding': 'gzip' } });
      expect(answer.headers.get('Cache-Control')).toContain('immutable');
      expect(answer.headers.get('Content-Encoding')).toBe('gzip');
      bytes += Number(answer.headers.get('Content-Length'));
      const plain = await fetch(`${apiUrl}${part}`, { headers: { 'Accept-Encoding': 'br;q=0, x' } });
      expect(plain.headers.get('Content-Encoding')).toBeNull();
      expect(await plain.text()).toBe(await answer.text());
    }
    expect(bytes).toBeLessThan(150_000);
    tsa.child.kill('SIGTERM');
    expect((await tsa.outcome).code).toBe(0);
  });
});
