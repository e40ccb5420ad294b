import { Command } from 'commander';
import { printLine } from '../shared/print.ts';

interface BackupOptions {
  readonly withKeys: boolean;
  readonly json: boolean;
}

export const backupCommand = (): Command =>
  new Command('backup')
    .summary('write the database into a folder')
    .description(
      'Writes all that the database holds at this moment into a new folder, while everything runs. ' +
        'Temporal needs no backup: what it held is begun anew from the database.',
    )
    .argument('<folder>', 'a folder that does not exist, or is empty')
    .option('--with-keys', 'the secret key, too: whoever has the folder can then read the stored passwords', false)
    .option('--json', 'the outcome as a JSON object', false)
    .action(async (folder: string, { withKeys, json }: BackupOptions) => {
      const { makeBackup } = await import('./run-backup.ts');
      const made = await makeBackup(folder, withKeys);
      const key = withKeys ? 'with its secret key' : `without the secret key: keep ${made.keySource} in another place`;
      printLine(json ? JSON.stringify(made) : `backup of ${made.takenAt}: ${made.rows} rows in ${made.folder}, ${key}`);
    });

export const restoreCommand = (): Command =>
  new Command('restore')
    .summary('fill a new database from a backup')
    .description(
      'Fills an empty database, that of DATABASE_URL or of a new data folder, with what tsa backup has written. ' +
        'Start it afterwards with an empty Temporal namespace.',
    )
    .argument('<folder>', 'what tsa backup has written')
    .option('--json', 'the outcome as a JSON object', false)
    .action(async (folder: string, { json }: { readonly json: boolean }) => {
      const { restoreBackup } = await import('./run-backup.ts');
      const restored = await restoreBackup(folder);
      printLine(
        json
          ? JSON.stringify(restored)
          : `restored: ${restored.rows} rows of ${restored.takenAt}; key: ${restored.keySource}. Start it now: processes begin anew.`,
      );
    });
