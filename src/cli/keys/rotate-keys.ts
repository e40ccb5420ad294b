import { readConfig, type Config } from '../../config/config.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { newSecretKey, readSecretKeyFile, readSecretKeys, secretKeyFile, secretKeyText } from '../../config/keys.ts';
import { writeSecretKeys } from '../../config/write-keys.ts';
import type { Tx } from '../../db/shared/connect.ts';
import { appendLog } from '../../db/log/operation-log.ts';
import { changeSecretKey, dropUnusedKeys } from '../../db/mailboxes/secret-rotation.ts';
import { createSecretBox, secretKeyId } from '../../db/mailboxes/secrets.ts';
import { runningDatabaseUrl, withDatabase } from '../shared/running-database.ts';

interface Rotated {
  readonly rotated: true;
  readonly newKeyId: string;
  readonly oldKeyId: string;
  /** Encrypted anew. */
  readonly values: number;
  readonly file: string;
}

/** Keys of the environment are the administrator's to change. */
interface Advised {
  readonly rotated: false;
  readonly newKey: string;
  readonly newKeyId: string;
  readonly oldKeyId: string;
  readonly steps: readonly string[];
}

/** Throws ConfigError; SecretKeyError and others with nothing changed. */
export async function rotateKeys(): Promise<Rotated | Advised> {
  const config = readConfig(readEnvironment());
  return config.secretKey === undefined ? rotateFile(config) : advise(config);
}

async function rotateFile(config: Config): Promise<Rotated> {
  readSecretKeys(config); // a missing file is worth more words than a database that does not run
  const url = runningDatabaseUrl(config);
  if (url === undefined)
    throw new Error('the database does not run; start tsa up: the key is changed while everything runs');
  const key = newSecretKey();
  const newKeyId = secretKeyId(key);
  return withDatabase(url, async (db) => {
    let oldKeyId = '';
    const values = await changeSecretKey(db, {
      current: () => {
        const keys = readSecretKeys(config);
        oldKeyId = secretKeyId(keys[0]);
        return createSecretBox(keys);
      },
      next: () => {
        // Both are in the file until all is encrypted anew: every process can open what it finds, before and after the commit.
        writeSecretKeys(config, [key, ...readSecretKeyFile(config)]);
        return createSecretBox([key]);
      },
      note: (tx, count) => noteRotation(tx, `key ${newKeyId} in place of ${oldKeyId}; values encrypted anew: ${count}`),
    });
    await dropUnusedKeys(db, (used) => {
      const [current, ...others] = readSecretKeyFile(config);
      writeSecretKeys(config, [current, ...others.filter((other) => used.has(secretKeyId(other)))]);
    });
    return { rotated: true, newKeyId, oldKeyId, values, file: secretKeyFile(config) };
  });
}

const noteRotation = (tx: Tx, result: string): Promise<void> =>
  appendLog(tx, {
    at: new Date().toISOString(),
    level: 'info',
    operation: 'keys.rotate',
    who: 'tsa keys',
    whoKind: 'command',
    result,
  });

function advise(config: Config): Advised {
  const key = newSecretKey();
  const newKeyId = secretKeyId(key);
  const oldKeyId = secretKeyId(readSecretKeys(config)[0]);
  return {
    rotated: false,
    newKey: secretKeyText(key),
    newKeyId,
    oldKeyId,
    steps: [
      'Add the new key to TSA_OLD_SECRET_KEYS (commas between) of every worker and API, leave TSA_SECRET_KEY as it is, and restart them one after the other.',
      'Then put the new key into TSA_SECRET_KEY and the present one into TSA_OLD_SECRET_KEYS, and restart them one after the other. Each encrypts anew what it finds.',
      `When tsa keys shows no value of ${oldKeyId} any more, take it out of TSA_OLD_SECRET_KEYS.`,
    ],
  };
}

export const rotationText = (outcome: Rotated | Advised): string =>
  outcome.rotated
    ? [
        `rotated: stored values encrypted with the new key ${outcome.newKeyId}: ${String(outcome.values)}`,
        `  The old key ${outcome.oldKeyId} is gone from ${outcome.file}.`,
        '  Back up that file and the database now. A backup of the database from before needs the key from before.',
      ].join('\n')
    : [
        'nothing is changed: TSA_SECRET_KEY is set in the environment (or .env), so you change it. The agent runs on meanwhile.',
        `  new key  ${outcome.newKey}  (id ${outcome.newKeyId})`,
        ...outcome.steps.map((step, index) => `  ${String(index + 1)}. ${step}`),
      ].join('\n');
