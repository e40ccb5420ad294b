import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/config.ts';
import { ConfigError, type ConfigProblem } from '../config/config-error.ts';
import { readEnvironment } from '../config/env-file.ts';
import { readKeys } from '../config/keys.ts';
import { migrate } from '../db/migrate.ts';
import { prepareNamespace } from '../embedded/temporal-namespace.ts';
import { searchAttributeTypes } from '../workflows/search-attributes.ts';
import { createLogger } from './logger.ts';
import { openParts, type Parts } from './parts.ts';
import { printLine } from './print.ts';
import { runService, type ServiceContext } from './run-service.ts';

/** The commands for more than one machine: each needs servers that run elsewhere. */
export const workerCommand = (): Command =>
  new Command('worker')
    .summary('run a worker only')
    .description(
      'Reads the mailboxes and runs the processes of tickets. Any number of workers share the work. Ctrl-C stops it.',
    )
    .action(async () => {
      const { openWorker } = await import('./start-worker.ts');
      await runPart(async (parts, { closers }) => {
        const worker = await openWorker(parts, closers);
        parts.logger.info('worker started');
        return worker;
      });
    });

export const apiCommand = (): Command =>
  new Command('api')
    .summary('run the API only')
    .description('Serves the API and the admin page at TSA_HOST and TSA_PORT. Ctrl-C stops it.')
    .action(async () => {
      const { openApi } = await import('./start-api.ts');
      await runPart(async (parts, { closers }) => {
        const { url } = await openApi(parts, closers);
        parts.logger.info({ url }, 'API started');
        return { lost: new Promise(() => undefined) };
      });
    });

export const migrateCommand = (): Command =>
  new Command('migrate')
    .summary('bring database and Temporal up to date')
    .description(
      'Applies the migrations to DATABASE_URL and, if TEMPORAL_ADDRESS is set, registers the search attributes. May be repeated.',
    )
    .option('--json', 'the outcome as a JSON object', false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const config = readConfig(readEnvironment());
      const { databaseUrl, temporalAddress: address, temporalNamespace: namespace } = config;
      if (databaseUrl === undefined) throw new ConfigError([notSet('DATABASE_URL')]);
      await migrate(databaseUrl);
      if (address !== undefined) await prepareNamespace({ address, namespace, searchAttributes: searchAttributeTypes });
      const searchAttributes =
        address === undefined
          ? 'TEMPORAL_ADDRESS is not set: search attributes left alone'
          : 'search attributes registered';
      printLine(
        json
          ? JSON.stringify({ migrated: true, searchAttributes: address !== undefined })
          : `database up to date; ${searchAttributes}`,
      );
    });

async function runPart(
  start: (parts: Parts, context: ServiceContext) => Promise<{ readonly lost: Promise<unknown> }>,
): Promise<void> {
  const config = readConfig(readEnvironment());
  const addresses = requireAddresses(config);
  const keys = readKeys(config);
  await runService(async (context) => {
    const parts = await openParts({ config, keys, ...addresses, logger: createLogger('info') }, context.closers);
    return start(parts, context);
  });
}

function requireAddresses({ databaseUrl, temporalAddress }: Config): { databaseUrl: string; temporalAddress: string } {
  if (databaseUrl !== undefined && temporalAddress !== undefined) return { databaseUrl, temporalAddress };
  throw new ConfigError([
    ...(databaseUrl === undefined ? [notSet('DATABASE_URL')] : []),
    ...(temporalAddress === undefined ? [notSet('TEMPORAL_ADDRESS')] : []),
  ]);
}

const notSet = (variable: string): ConfigProblem => ({
  variable,
  problem: 'not set; this part joins a server that runs elsewhere (tsa up runs its own)',
});
