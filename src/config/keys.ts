import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { adminToken, secretKey } from './variables.ts';

export interface Keys {
  /** 32 bytes each. Stored passwords are encrypted with the first; the others open what was encrypted before. */
  readonly secretKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** What callers of the API send as bearer token. */
  readonly adminToken: string;
}

export const secretKeyFile = (config: Config): string => path.join(config.dataDir, 'secret-key');
export const adminTokenFile = (config: Config): string => path.join(config.dataDir, 'admin-token');

/** The keys from the environment, otherwise from the data folder. Throws ConfigError where one is missing or damaged. */
export const readKeys = (config: Config): Keys => ({
  secretKeys: [
    config.secretKey ?? readKeyFile('TSA_SECRET_KEY', secretKeyFile(config), secretKey),
    ...config.oldSecretKeys,
  ],
  adminToken: config.adminToken ?? readKeyFile('TSA_ADMIN_TOKEN', adminTokenFile(config), adminToken),
});

/**
 * Like `readKeys`, but makes what is missing. With `hasData` the secret key is not made: a new one could not read
 * what is stored already, and the loss would show only when a mailbox is next read.
 */
export function createKeys(config: Config, { hasData }: { readonly hasData: boolean }): Keys {
  if (config.secretKey === undefined && !hasData) {
    writeOnce(secretKeyFile(config), randomBytes(32).toString('base64'));
  }
  if (config.adminToken === undefined) writeOnce(adminTokenFile(config), randomBytes(24).toString('base64url'));
  return readKeys(config);
}

function writeOnce(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${content}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function readKeyFile<T>(variable: string, file: string, rule: z.ZodType<T, string>): T {
  const parsed = rule.safeParse(readText(variable, file));
  if (parsed.success) return parsed.data;
  throw new ConfigError([{ variable, problem: `not set, and ${file} is damaged; restore it from a backup` }]);
}

function readText(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const problem = hasCode(error, 'ENOENT')
      ? `not set, and ${file} does not exist; set it to the value used so far, or restore the file (tsa up makes it in a new data folder)`
      : `not set, and ${file} cannot be read: ${String(error)}`;
    throw new ConfigError([{ variable, problem }]);
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
