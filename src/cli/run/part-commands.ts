import { Command } from 'commander';
import { printLine } from '../shared/print.ts';

/** The commands for more than one machine: each needs servers that run elsewhere. */
export const workerCommand = (): Command =>
  new Command('worker')
    .summary('run a worker only')
    .description(
      'Reads the mailboxes and runs the processes of tickets. Any number of workers share the work. Ctrl-C stops it.',
    )
    .action(async () => {
      const { runWorker } = await import('./run-part.ts');
      await runWorker();
    });

export const apiCommand = (): Command =>
  new Command('api')
    .summary('run the API only')
    .description('Serves the API at TSA_HOST and TSA_PORT. Ctrl-C stops it.')
    .action(async () => {
      const { runApi } = await import('./run-part.ts');
      await runApi();
    });

export const migrateCommand = (): Command =>
  new Command('migrate')
    .summary('bring database and Temporal up to date')
    .description(
      'Applies the migrations to DATABASE_URL and, if TEMPORAL_ADDRESS is set, registers the search attributes. May be repeated.',
    )
    .option('--json', 'the outcome as a JSON object', false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const { runMigrations } = await import('./run-part.ts');
      const { searchAttributes } = await runMigrations();
      const temporal = searchAttributes
        ? 'search attributes registered'
        : 'search attributes left alone: TEMPORAL_ADDRESS is not set';
      printLine(json ? JSON.stringify({ migrated: true, searchAttributes }) : `database up to date; ${temporal}`);
    });
