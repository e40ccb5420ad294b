import type { Config } from '../../config/config.ts';
import type { Keys } from '../../config/keys.ts';
import { migrate } from '../../db/system/migrate.ts';
import { startEmbedded } from '../../embedded/embedded.ts';
import { prepareNamespace } from '../../embedded/temporal/temporal-namespace.ts';
import { searchAttributeTypes } from '../../workflows/shared/search-attributes.ts';
import { createLogger } from '../shared/logger.ts';
import { openParts, type Parts } from './parts.ts';
import { printProgress } from '../shared/print.ts';
import type { ServiceContext } from './run-service.ts';

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
  const parts = await openParts({ config, keys, databaseUrl, temporalAddress, temporalUiUrl, logger }, closers);
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
