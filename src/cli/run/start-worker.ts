import { fileURLToPath } from 'node:url';
import { distFolder } from '../../config/dist-folder.ts';
import { startWorker } from '../../worker/worker.ts';
import { searchAttributesLacking } from '../../embedded/temporal/temporal-namespace.ts';
import { searchAttributeTypes } from '../../workflows/shared/search-attributes.ts';
import type { Closers } from './closers.ts';
import type { Parts } from './parts.ts';

/** Starts the worker; the promise resolves with the error when it ends by itself. */
export async function openWorker(parts: Parts, closers: Closers): Promise<{ readonly lost: Promise<unknown> }> {
  const { config, database, secretBox, temporal, ca, mailHosts, cloud, logger, tracing } = parts;
  // Without them each workflow would fail its task for ever, and its mailbox look as if it waited.
  const lacking = await searchAttributesLacking({ ...temporal, searchAttributes: searchAttributeTypes });
  if (lacking !== undefined) throw new Error(`Temporal: ${lacking}: run tsa migrate`);
  const worker = await startWorker({
    database,
    secretBox,
    temporal,
    timeZone: config.timeZone,
    dateFormat: config.dateFormat,
    smtpUrl: config.smtpUrl,
    ca,
    mailHosts,
    cloud,
    logFile: { file: config.logFile, type: config.logType },
    logger,
    metricsAddress: config.workerMetrics,
    tracing,
    ...(distFolder === null
      ? {}
      : {
          workflowBundlePath: fileURLToPath(
            new URL(tracing === undefined ? 'workflows.js' : 'workflows-traced.js', distFolder),
          ),
        }),
  });
  closers.add(() => worker.stop());
  return { lost: worker.failed.catch((error: unknown) => error) };
}
