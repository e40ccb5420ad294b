import { closeSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Config } from './config.ts';
import { secretKeyFile, secretKeyText, type SecretKeys } from './keys.ts';

/**
 * Replaces the file of the secret key, whole or not at all; it is on the disk when this returns, for a key that is lost takes
 * with it all that it encrypted. Its owner stays its owner. Throws with the remedy.
 */
export function writeSecretKeys(config: Config, keys: SecretKeys): void {
  const file = secretKeyFile(config);
  const temporary = `${file}.${process.pid}`;
  try {
    const { uid, gid } = statSync(file);
    onDisk(openSync(temporary, 'w', 0o600), (descriptor) => {
      fchownSync(descriptor, uid, gid);
      writeSync(descriptor, keys.map((key) => `${secretKeyText(key)}\n`).join(''));
    });
    renameSync(temporary, file);
    if (process.platform !== 'win32') onDisk(openSync(path.dirname(file), 'r'), () => undefined);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new Error(`${file} cannot be written; run this as the user who runs tsa up`, { cause });
  }
}

function onDisk(descriptor: number, write: (descriptor: number) => void): void {
  try {
    write(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
