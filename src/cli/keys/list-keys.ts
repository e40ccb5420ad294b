import { readConfig } from '../../config/config.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { readSecretKeys, secretKeyFile } from '../../config/keys.ts';
import { countSecretsByKey } from '../../db/mailboxes/secret-rotation.ts';
import { secretKeyId } from '../../db/mailboxes/secrets.ts';
import { runningDatabaseUrl, withDatabase } from '../shared/running-database.ts';

interface ListedKey {
  readonly id: string;
  /** `current` encrypts; `old` only opens; of `missing` there are values, but not the key. */
  readonly role: 'current' | 'old' | 'missing';
  /** Null: the database does not run. */
  readonly values: number | null;
}

interface ListedKeys {
  /** Where the current key is. */
  readonly source: string;
  readonly keys: readonly ListedKey[];
}

/** Throws ConfigError. */
export async function listKeys(): Promise<ListedKeys> {
  const config = readConfig(readEnvironment());
  const [current, ...others] = readSecretKeys(config).map(secretKeyId);
  const old = [...new Set(others)].filter((id) => id !== current);
  const url = runningDatabaseUrl(config);
  const counts = url === undefined ? null : await withDatabase(url, countSecretsByKey);
  const listed = (role: ListedKey['role'], ids: Iterable<string | undefined>): ListedKey[] =>
    [...ids].flatMap((id) => (id === undefined ? [] : [{ id, role, values: counts && (counts.get(id) ?? 0) }]));
  const known = new Set([current, ...old]);
  return {
    source: config.secretKey === undefined ? secretKeyFile(config) : 'TSA_SECRET_KEY',
    keys: [
      ...listed('current', [current]),
      ...listed('old', old),
      ...listed('missing', [...(counts?.keys() ?? [])].filter((id) => !known.has(id)).sort()),
    ],
  };
}

export const keysText = ({ source, keys }: ListedKeys): string =>
  [`key from ${source}`, ...keys.map((key) => `  ${marks[key.role]}  ${key.id}  ${remark(key)}`)].join('\n');

const marks = { current: 'current', old: 'old    ', missing: 'MISSING' } as const;

function remark({ role, values }: ListedKey): string {
  if (values === null) return 'values not counted: the database runs with tsa up, which does not run now';
  const count = `${String(values)} ${values === 1 ? 'value' : 'values'}`;
  if (role === 'missing')
    return `${count} that cannot be opened: add the key to TSA_OLD_SECRET_KEYS, or enter the passwords again`;
  return role === 'old' && values === 0 ? `${count}: it can go` : count;
}
