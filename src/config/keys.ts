import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { adminToken, secretKey } from './variables.ts';

/** 32 bytes each. Stored passwords are encrypted with the first; the others open what was encrypted before. */
export type SecretKeys = readonly [Uint8Array, ...Uint8Array[]];

export interface Keys {
  readonly secretKeys: SecretKeys;
  /** What callers of the API send as bearer token. */
  readonly adminToken: string;
}

export const secretKeyFile = (config: Config): string => path.join(config.dataDir, 'secret-key');
export const adminTokenFile = (config: Config): string => path.join(config.dataDir, 'admin-token');

/** The keys from the environment, otherwise from the data folder. Throws ConfigError where one is missing or damaged. */
export const readKeys = (config: Config): Keys => ({
  secretKeys: readSecretKeys(config),
  adminToken: config.adminToken ?? readKeyFile('TSA_ADMIN_TOKEN', adminTokenFile(config), adminToken),
});

/** Throws ConfigError. */
export function readSecretKeys(config: Config): SecretKeys {
  const [first, ...others] = config.secretKey === undefined ? readSecretKeyFile(config) : [config.secretKey];
  return [first, ...others, ...config.oldSecretKeys];
}

/** Those of the data folder alone. Throws ConfigError. */
export const readSecretKeyFile = (config: Config): SecretKeys =>
  readKeyFile('TSA_SECRET_KEY', secretKeyFile(config), keyLines);

/**
 * For a process that runs while the key is changed: reads the keys again. Undefined where the environment holds the key, for a
 * process keeps that one until it ends.
 */
export const secretKeyReader = (config: Config): (() => SecretKeys) | undefined =>
  config.secretKey === undefined ? () => readSecretKeys(config) : undefined;

/** One key a line: more than one only while `tsa keys rotate` is under way, or after it was cut short. */
const keyLines = z
  .string()
  .transform((text) => text.split(/\s+/))
  .pipe(z.tuple([secretKey], secretKey));

export const newSecretKey = (): Uint8Array => new Uint8Array(randomBytes(32));
export const secretKeyText = (key: Uint8Array): string => Buffer.from(key).toString('base64');

/**
 * Like `readKeys`, but makes what is missing. With `hasData` the secret key is not made: a new one could not read
 * what is stored already, and the loss would show only when a mailbox is next read.
 */
export function createKeys(config: Config, { hasData }: { readonly hasData: boolean }): Keys {
  if (config.secretKey === undefined && !hasData) {
    writeOnce(secretKeyFile(config), secretKeyText(newSecretKey()));
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
