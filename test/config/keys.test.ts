import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, type Config } from '../../src/config/config.ts';
import {
  adminTokenFile,
  createKeys,
  newSecretKey,
  readKeys,
  secretKeyFile,
  secretKeyReader,
  secretKeyText,
} from '../../src/config/keys.ts';
import { writeSecretKeys } from '../../src/config/write-keys.ts';

let folder: string;
let config: Config;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-keys-'));
  config = readConfig({}, folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('keys', () => {
  it('are made once, in files that only their owner reads', () => {
    const made = createKeys(config, { hasData: false });
    expect(made.secretKeys.map((key) => key.byteLength)).toEqual([32]);
    expect(made.adminToken.length).toBeGreaterThanOrEqual(32);
    expect(createKeys(config, { hasData: true })).toEqual(made);
    expect(readKeys(config)).toEqual(made);
    for (const file of [secretKeyFile(config), adminTokenFile(config)]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('may be two in the file while the key is changed, the first one first', () => {
    createKeys(config, { hasData: false });
    const [first, second] = [newSecretKey(), newSecretKey()];
    writeSecretKeys(config, [first, second]);
    expect(readKeys(config).secretKeys).toEqual([first, second]);
    expect(secretKeyReader(config)?.()).toEqual([first, second]);
    expect(statSync(secretKeyFile(config)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['.tsa']);
    expect(readdirSync(config.dataDir).sort()).toEqual(['admin-token', 'secret-key']);
  });

  it('stay as they are in the environment while a process runs', () => {
    expect(secretKeyReader(readConfig({ TSA_SECRET_KEY: secretKeyText(newSecretKey()) }, folder))).toBeUndefined();
  });

  it('that cannot be written are an error with the remedy', () => {
    expect(() => writeSecretKeys(config, [newSecretKey()])).toThrow(
      /secret-key cannot be written; run this as the user/,
    );
  });

  it('come from the environment where it names them, and leave no file', () => {
    const key = Buffer.alloc(32, 1).toString('base64');
    const old = Buffer.alloc(32, 2).toString('base64');
    const env = { TSA_SECRET_KEY: key, TSA_OLD_SECRET_KEYS: `${old}, ${old}`, TSA_ADMIN_TOKEN: '0123456789abcdef' };
    const named = readConfig(env, folder);
    expect(createKeys(named, { hasData: false })).toEqual({
      secretKeys: [1, 2, 2].map((byte) => new Uint8Array(32).fill(byte)),
      adminToken: '0123456789abcdef',
    });
    expect(() => readFileSync(secretKeyFile(named))).toThrow('ENOENT');
  });

  it('are not replaced when data exists that was encrypted with the lost one', () => {
    expect(() => createKeys(config, { hasData: true })).toThrow(
      /TSA_SECRET_KEY: not set, and .*secret-key does not exist/,
    );
  });

  it('are asked for by name where there are none', () => {
    expect(() => readKeys(config)).toThrow(/TSA_SECRET_KEY: not set.*set it to the value used so far/);
  });

  it('that are damaged are not shown', () => {
    createKeys(config, { hasData: false });
    writeFileSync(secretKeyFile(config), 's3cret');
    expect(() => readKeys(config)).toThrow(/TSA_SECRET_KEY: .*secret-key is damaged; restore it/);
    expect(() => readKeys(config)).not.toThrow(/s3cret/);
  });
});
