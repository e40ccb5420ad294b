import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/config.ts';
import { ConfigError, type ConfigProblem } from '../../config/config-error.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { readKeys } from '../../config/keys.ts';
import { migrate } from '../../db/system/migrate.ts';
import { prepareNamespace } from '../../embedded/temporal/temporal-namespace.ts';
import { searchAttributeTypes } from '../../workflows/shared/search-attributes.ts';
import { createLogger } from '../shared/logger.ts';
import { openParts, type Parts } from './parts.ts';
import { runService, type ServiceContext } from './run-service.ts';
import { openApi } from './start-api.ts';
import { openWorker } from './start-worker.ts';

export const runWorker = (): Promise<void> =>
  runPart(async (parts, { closers }) => {
    const worker = await openWorker(parts, closers);
    parts.logger.info('worker started');
    return worker;
  });

export const runApi = (): Promise<void> =>
  runPart(async (parts, { closers }) => {
    const { url } = await openApi(parts, closers);
    parts.logger.info({ url }, 'API started');
    return { lost: new Promise(() => undefined) };
  });

export interface Migrated {
  /** False: TEMPORAL_ADDRESS is not set. */
  readonly searchAttributes: boolean;
}

export async function runMigrations(): Promise<Migrated> {
  const config = readConfig(readEnvironment());
  const { databaseUrl, temporalAddress: address, temporalNamespace: namespace } = config;
  if (databaseUrl === undefined) throw new ConfigError([notSet('DATABASE_URL')]);
  await migrate(databaseUrl);
  if (address !== undefined) await prepareNamespace({ address, namespace, searchAttributes: searchAttributeTypes });
  return { searchAttributes: address !== undefined };
}

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
