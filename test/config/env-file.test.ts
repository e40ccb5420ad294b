import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../src/config/env-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-env-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('.env', () => {
  it('adds what is not set, and yields to what is', () => {
    vi.stubEnv('TSA_HOST', '::1');
    vi.stubEnv('TSA_LOG_TYPE', undefined);
    writeFileSync(path.join(folder, '.env'), 'TSA_HOST=0.0.0.0\nTSA_LOG_TYPE="lt_None" # quiet\n');
    expect(readEnvironment(folder)).toMatchObject({ TSA_HOST: '::1', TSA_LOG_TYPE: 'lt_None' });
  });

  it('may be absent', () => {
    expect(readEnvironment(folder)).toHaveProperty('PATH');
  });
});
