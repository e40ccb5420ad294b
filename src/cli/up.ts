import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/env-file.ts';
import { adminTokenFile, createKeys, type Keys } from '../config/keys.ts';
import { migrate } from '../db/migrate.ts';
import { startEmbedded } from '../embedded/embedded.ts';
import { hasEmbeddedDatabase } from '../embedded/data-folder.ts';
import { prepareNamespace } from '../embedded/temporal-namespace.ts';
import { searchAttributeTypes } from '../workflows/search-attributes.ts';
import { createLogger } from './logger.ts';
import { openParts, type Parts } from './parts.ts';
import { printLine, printProgress } from './print.ts';
import { runService, type ServiceContext } from './run-service.ts';

export interface RunningService {
  readonly apiUrl: string;
  /** Undefined when the Temporal server is not ours. */
  readonly temporalUiUrl: string | undefined;
  readonly parts: Parts;
  /** Resolves with the error when a part ends by itself. */
  readonly lost: Promise<unknown>;
}

/** All parts for one machine, in the order in which they need one another; `closers` ends them in the other order. */
export async function startAll(
  config: Config,
  keys: Keys,
  { throwAway }: { readonly throwAway: boolean },
  { signal, closers }: ServiceContext,
): Promise<RunningService> {
  // Loaded while the servers start: together they take a second.
  const [servers, { openWorker }, { openApi }] = await Promise.all([
    startEmbedded(embeddedOptions(config, throwAway), printProgress, signal).then((started) => {
      closers.add(() => started.stop());
      return started;
    }),
    import('./start-worker.ts'),
    import('./start-api.ts'),
  ]);
  const { databaseUrl, temporalAddress, temporalUiUrl } = servers;
  await migrate(databaseUrl);
  if (config.temporalAddress !== undefined) {
    await prepareNamespace({
      address: temporalAddress,
      namespace: config.temporalNamespace,
      searchAttributes: searchAttributeTypes,
    });
  }
  signal.throwIfAborted();
  const logger = createLogger('warn');
  const parts = await openParts({ config, keys, databaseUrl, temporalAddress, logger }, closers);
  const worker = await openWorker(parts, closers);
  const { url: apiUrl } = await openApi(parts, closers);
  return { apiUrl, temporalUiUrl, parts, lost: Promise.race([servers.lost, worker.lost]) };
}

const embeddedOptions = (config: Config, throwAway: boolean) => ({
  dataDir: config.dataDir,
  databaseUrl: config.databaseUrl,
  temporalAddress: config.temporalAddress,
  namespace: config.temporalNamespace,
  searchAttributes: searchAttributeTypes,
  ports: config.embeddedPorts,
  throwAway,
});

export const upCommand = (): Command =>
  new Command('up')
    .summary('run everything on this machine')
    .description(
      'Runs worker, API and admin page, and PostgreSQL and Temporal where DATABASE_URL and TEMPORAL_ADDRESS name none. ' +
        'Data, keys and logs are in TSA_DATA_DIR. Ctrl-C stops it.',
    )
    .option('--json', 'one JSON object when it is ready', false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const config = readConfig(readEnvironment());
      const keys = createKeys(config, { hasData: hasEmbeddedDatabase(config.dataDir) });
      await runService(async (context) => {
        const running = await startAll(config, keys, { throwAway: false }, context);
        printLine(json ? asJson(config, running) : asText(config, running));
        return running;
      });
    });

const asJson = (config: Config, { apiUrl, temporalUiUrl, parts }: RunningService): string =>
  JSON.stringify({
    apiUrl,
    temporalUiUrl: temporalUiUrl ?? null,
    temporalAddress: parts.temporal.address,
    dataDir: config.dataDir,
    pid: process.pid,
  });

const asText = (config: Config, { apiUrl, temporalUiUrl }: RunningService): string =>
  [
    'TSA is running; Ctrl-C stops it.',
    `  API          ${apiUrl}/docs`,
    ...(temporalUiUrl === undefined ? [] : [`  Temporal     ${temporalUiUrl}`]),
    `  admin token  ${config.adminToken === undefined ? adminTokenFile(config) : 'as in TSA_ADMIN_TOKEN'}`,
    `  data         ${config.dataDir}`,
  ].join('\n');
