import { startApi } from '../../api/server.ts';
import { distFolder } from '../../config/dist-folder.ts';
import { mailQueue } from '../../workflows/shared/task-queues.ts';
import type { Closers } from './closers.ts';
import type { Parts } from './parts.ts';

/** Starts the API and returns its address. Throws, with the remedy, when it cannot listen there. */
export async function openApi(parts: Parts, closers: Closers): Promise<{ readonly url: string }> {
  const { config, database, secretBox, adminToken, temporal, temporalUiUrl, ca, mailHosts, cloud, logger, tracing } =
    parts;
  const { host, port, timeZone, dateFormat, openIdConnect, trustedProxies, smtpUrl } = config;
  try {
    const api = await startApi({
      ...{ database, secretBox, adminToken, temporal, temporalUiUrl, ca, mailHosts, cloud, logger },
      ...{ host, port, timeZone, dateFormat, openIdConnect, trustedProxies, smtpUrl },
      taskQueue: mailQueue,
      traceClient: tracing?.client,
      ...(distFolder === null ? {} : { builtPage: new URL('page/', distFolder) }),
    });
    closers.add(() => api.stop());
    return api;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const remedy = remedies.get(code);
    if (remedy === undefined) throw error;
    throw new Error(`the API cannot listen at ${host}, port ${port}: ${remedy}`, { cause: error });
  }
}

const remedies = new Map<unknown, string>([
  ['EADDRINUSE', 'stop what uses the port, or set TSA_PORT to another'],
  ['EACCES', 'set TSA_PORT to one that this user may use, such as 8080'],
  ['EADDRNOTAVAIL', 'set TSA_HOST to an address of this machine'],
  ['ENOTFOUND', 'set TSA_HOST to an address of this machine'],
]);
