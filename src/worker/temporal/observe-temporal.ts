import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

let current: Logger | undefined;

/**
 * Sends what Temporal's SDK has to say, from `WARN` on, to our log, and serves its figures at `metricsAddress`, `host:port`, for Prometheus.
 * The SDK's runtime is one a process: the last logger and the first address win.
 */
export function observeTemporal(logger: Logger, metricsAddress?: string): void {
  const installed = current !== undefined;
  current = logger;
  if (installed) return;
  Runtime.install({
    logger: new DefaultLogger('WARN', forward),
    telemetryOptions: {
      logging: { forward: {}, filter: 'WARN' },
      ...(metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  });
}

function forward({ level, message, meta }: LogEntry): void {
  if (level === 'ERROR') current?.error(meta ?? {}, message);
  else current?.warn(meta ?? {}, message);
}
