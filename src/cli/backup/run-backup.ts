import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readConfig, type Config } from '../../config/config.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { readSecretKeys, secretKeyFile, secretKeyText } from '../../config/keys.ts';
import { backUp, readManifest, restore, type BackupManifest } from '../../db/system/backup.ts';
import { migrate } from '../../db/system/migrate.ts';
import { hasEmbeddedDatabase } from '../../embedded/data/data-folder.ts';
import { startEmbedded } from '../../embedded/embedded.ts';
import { printProgress } from '../shared/print.ts';
import { runningDatabaseUrl } from '../shared/running-database.ts';

interface BackupOutcome {
  readonly folder: string;
  readonly takenAt: string;
  readonly rows: number;
  /** Where the secret key is that opens the stored passwords. */
  readonly keySource: string;
}

const keyIn = (folder: string): string => path.join(folder, 'secret-key');

/** Of a database that runs. Throws when it does not, and when the folder holds something. */
export async function makeBackup(name: string, withKeys: boolean): Promise<BackupOutcome> {
  const config = readConfig(readEnvironment());
  const folder = path.resolve(name);
  const url = runningDatabaseUrl(config);
  if (url === undefined) throw new Error('the database does not run; start tsa up, or set DATABASE_URL');
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`${folder} is not empty: name a folder that does not exist yet`);
  const keys = readSecretKeys(config);
  const manifest = await backUp(url, folder);
  if (withKeys) writeFileSync(keyIn(folder), keys.map((key) => `${secretKeyText(key)}\n`).join(''), { mode: 0o600 });
  return outcomeOf(manifest, folder, config);
}

/** Into DATABASE_URL, or a database of its own in a data folder without one, with the backup's key if it holds one. */
export async function restoreBackup(name: string): Promise<BackupOutcome> {
  const config = readConfig(readEnvironment());
  const folder = path.resolve(name);
  await readManifest(folder);
  if (config.databaseUrl === undefined && hasEmbeddedDatabase(config.dataDir))
    throw new Error(`${config.dataDir} holds a database: move that folder away, or set TSA_DATA_DIR to a new one`);
  const manifest = await withTarget(config, async (url) => {
    await migrate(url);
    return restore(url, folder);
  });
  if (config.secretKey === undefined && existsSync(keyIn(folder))) {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(secretKeyFile(config))) copyFileSync(keyIn(folder), secretKeyFile(config), constants.COPYFILE_EXCL);
  }
  return outcomeOf(manifest, folder, config);
}

async function withTarget<T>(config: Config, use: (url: string) => Promise<T>): Promise<T> {
  if (config.databaseUrl !== undefined) return use(config.databaseUrl);
  const servers = await startEmbedded(
    {
      dataDir: config.dataDir,
      temporalAddress: config.temporalAddress ?? 'none is needed to restore',
      namespace: config.temporalNamespace,
      searchAttributes: {},
      ports: config.embeddedPorts,
    },
    printProgress,
  );
  try {
    return await use(servers.databaseUrl);
  } finally {
    await servers.stop();
  }
}

const outcomeOf = ({ takenAt, tables }: BackupManifest, folder: string, config: Config): BackupOutcome => ({
  folder,
  takenAt,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  keySource: config.secretKey === undefined ? secretKeyFile(config) : 'TSA_SECRET_KEY',
});
