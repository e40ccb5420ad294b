import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { secretKeyReader, type Keys } from '../../config/keys.ts';
import { connect, type Database } from '../../db/shared/connect.ts';
import { resealMailboxSecrets } from '../../db/mailboxes/secret-rotation.ts';
import { createSecretBox, type SecretBox } from '../../db/mailboxes/secrets.ts';
import type { MailHosts } from '../../mail/connection/mail-hosts.ts';
import { microsoftCloud, type MicrosoftCloud } from '../../mail/microsoft/microsoft-cloud.ts';
import type { Tracing } from '../../telemetry/tracing.ts';
import { mailHostsOf } from '../shared/mail-hosts.ts';
import type { Closers } from './closers.ts';

/** What worker and API share in one process. */
export interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly adminToken: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly temporalUiUrl: string | undefined;
  /** PEM of authorities trusted for mail servers besides the usual ones. */
  readonly ca: string | undefined;
  readonly mailHosts: MailHosts;
  readonly cloud: MicrosoftCloud;
  /** Undefined: no traces are asked for. */
  readonly tracing: Tracing | undefined;
  readonly logger: Logger;
}

export interface PartsOptions {
  readonly config: Config;
  readonly keys: Keys;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Of the embedded server; the configured one goes before it. */
  readonly temporalUiUrl?: string | undefined;
  readonly logger: Logger;
}

/** Throws SecretKeyError when what is stored was encrypted with a key that is not given: better now than at the next mail. */
export async function openParts(options: PartsOptions, closers: Closers): Promise<Parts> {
  const { config, keys, databaseUrl, temporalAddress, logger } = options;
  // Loaded only where it is asked for.
  const tracing = config.traces ? (await import('../../telemetry/tracing.ts')).startTracing() : undefined;
  if (tracing !== undefined) closers.add(() => tracing.stop());
  const database = connect(databaseUrl);
  closers.add(() => database.close());
  const secretBox = createSecretBox(keys.secretKeys, secretKeyReader(config));
  await resealMailboxSecrets(database.db, secretBox);
  const temporalUiUrl = config.temporalUiUrl ?? options.temporalUiUrl;
  return {
    config,
    database,
    secretBox,
    adminToken: keys.adminToken,
    temporal: { address: temporalAddress, namespace: config.temporalNamespace },
    temporalUiUrl,
    mailHosts: mailHostsOf(config, [databaseUrl, temporalAddress, temporalUiUrl]),
    ca: config.caFile === undefined ? undefined : readFileSync(config.caFile, 'utf8'),
    cloud: microsoftCloud(config.microsoft),
    tracing,
    logger,
  };
}
