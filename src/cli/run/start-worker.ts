import { startWorker } from '../../worker/worker.ts';
import type { Closers } from './closers.ts';
import type { Parts } from './parts.ts';

/** Starts the worker; the promise resolves with the error when it ends by itself. */
export async function openWorker(parts: Parts, closers: Closers): Promise<{ readonly lost: Promise<unknown> }> {
  const { config, database, secretBox, temporal, ca, cloud, logger, tracing } = parts;
  const worker = await startWorker({
    database,
    secretBox,
    temporal,
    timeZone: config.timeZone,
    dateFormat: config.dateFormat,
    smtpUrl: config.smtpUrl,
    ca,
    cloud,
    logFile: { file: config.logFile, type: config.logType },
    logger,
    metricsAddress: config.workerMetrics,
    tracing,
  });
  closers.add(() => worker.stop());
  return { lost: worker.failed.catch((error: unknown) => error) };
}
