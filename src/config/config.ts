import path from 'node:path';
import { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import {
  adminToken,
  certificateFile,
  databaseUrl,
  dateFormat,
  hostAndPort,
  addressRanges,
  hostName,
  httpsAddress,
  issuer,
  secretKey,
  secretKeys,
  webAddress,
} from './variables.ts';
import { logType, namespace, port, smtpUrl, timeZone } from './variables.ts';

/** How much the operation log records. */
export type LogType = 'lt_All' | 'lt_Error' | 'lt_None';

export interface Config {
  /** Absent: `tsa up` runs its own PostgreSQL in the data folder. */
  readonly databaseUrl: string | undefined;
  /** `host:port`. Absent: `tsa up` runs its own Temporal in the data folder. */
  readonly temporalAddress: string | undefined;
  readonly temporalNamespace: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** 32 bytes. Absent: see `readKeys` and `createKeys`. */
  readonly secretKey: Uint8Array | undefined;
  /** Keys used before, 32 bytes each: they open what was encrypted with them, until it is encrypted anew. */
  readonly oldSecretKeys: readonly Uint8Array[];
  readonly adminToken: string | undefined;
  /** IANA name; dates in mails are read in it. */
  readonly timeZone: string;
  /** `dd`, `MM`, `yyyy` or `yy`, each once, and separators. */
  readonly dateFormat: string;
  readonly smtpUrl: string | undefined;
  readonly logType: LogType;
  /** Absolute; JSON lines, rotated. */
  readonly logFile: string;
  /** PEM file of authorities trusted for mail servers besides the usual ones. */
  readonly caFile: string | undefined;
  /** Where Microsoft 365 is reached, for its national clouds. Addresses are https without a slash at the end; absent: the worldwide cloud's. */
  readonly microsoft: {
    readonly authority: string | undefined;
    readonly graphUrl: string | undefined;
    readonly imapHost: string | undefined;
    readonly imapPort: number | undefined;
    /** What tokens for IMAP are asked for; absent: the address of `imapHost`. */
    readonly imapResource: string | undefined;
  };
  /** `host:port` at which a worker's SDK metrics are read; absent: there are none. */
  readonly workerMetrics: string | undefined;
  /** Where browsers find the Temporal Web UI; absent: `tsa up` knows its own, others link to none. */
  readonly temporalUiUrl: string | undefined;
  /** OpenTelemetry's exporter is told where to; its variables OTEL_* are its own. */
  readonly traces: boolean;
  /** Addresses and ranges (CIDR) of the proxies before the API: their X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Another way to sign in to the admin page; absent: with a password alone. */
  readonly openIdConnect:
    | {
        readonly issuer: string;
        readonly clientId: string;
        readonly clientSecret: string;
        readonly rolesClaim: string;
        readonly redirectUrl: string;
      }
    | undefined;
  /** Ports of the embedded servers; absent: any free one. */
  readonly embeddedPorts: {
    readonly postgres: number | undefined;
    readonly temporal: number | undefined;
    readonly temporalUi: number | undefined;
  };
}

const variables = {
  DATABASE_URL: databaseUrl.optional(),
  TEMPORAL_ADDRESS: hostAndPort.optional(),
  TEMPORAL_NAMESPACE: namespace.default('default'),
  TSA_DATA_DIR: z.string().default('.tsa'),
  TSA_HOST: hostName.default('127.0.0.1'),
  TSA_PORT: port.default(8080),
  TSA_SECRET_KEY: secretKey.optional(),
  TSA_OLD_SECRET_KEYS: secretKeys.default([]),
  TSA_ADMIN_TOKEN: adminToken.optional(),
  TSA_TIME_ZONE: timeZone.default(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  TSA_DATE_FORMAT: dateFormat.default('dd/MM/yyyy'),
  SMTP_URL: smtpUrl.optional(),
  TSA_LOG_TYPE: logType.default('lt_All'),
  TSA_LOG_FILE: z.string().optional(),
  TSA_CA_FILE: certificateFile.optional(),
  TSA_MICROSOFT_AUTHORITY: httpsAddress.optional(),
  TSA_MICROSOFT_GRAPH_URL: httpsAddress.optional(),
  TSA_MICROSOFT_IMAP_HOST: hostName.optional(),
  TSA_MICROSOFT_IMAP_PORT: port.optional(),
  TSA_MICROSOFT_IMAP_RESOURCE: httpsAddress.optional(),
  TSA_POSTGRES_PORT: port.optional(),
  TSA_TEMPORAL_PORT: port.optional(),
  TSA_TEMPORAL_UI_PORT: port.optional(),
  TSA_TEMPORAL_UI_URL: webAddress.optional(),
  TSA_WORKER_METRICS: hostAndPort.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress.optional(),
  TSA_TRUSTED_PROXIES: addressRanges.default([]),
  TSA_PUBLIC_URL: webAddress.optional(),
  TSA_OIDC_ISSUER: issuer.optional(),
  TSA_OIDC_CLIENT_ID: z.string().optional(),
  TSA_OIDC_CLIENT_SECRET: z.string().optional(),
  TSA_OIDC_ROLES_CLAIM: z.string().default('roles'),
};

const schema = z.object(variables);

/**
 * Reads the environment (spec §12). An empty variable counts as absent.
 * Throws ConfigError with every problem at once; a value that may hold a secret is never in its message.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, workingDir = process.cwd()): Config {
  const present = Object.keys(variables).flatMap((name) => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const result = schema.safeParse(Object.fromEntries(present));
  if (!result.success) throw new ConfigError(result.error.issues.map(toProblem));
  const read = result.data;
  const dataDir = path.resolve(workingDir, read.TSA_DATA_DIR);
  return {
    databaseUrl: read.DATABASE_URL,
    temporalAddress: read.TEMPORAL_ADDRESS,
    temporalNamespace: read.TEMPORAL_NAMESPACE,
    dataDir,
    host: read.TSA_HOST,
    port: read.TSA_PORT,
    secretKey: read.TSA_SECRET_KEY,
    oldSecretKeys: read.TSA_OLD_SECRET_KEYS,
    adminToken: read.TSA_ADMIN_TOKEN,
    timeZone: read.TSA_TIME_ZONE,
    dateFormat: read.TSA_DATE_FORMAT,
    smtpUrl: read.SMTP_URL,
    logType: read.TSA_LOG_TYPE,
    logFile: path.resolve(workingDir, read.TSA_LOG_FILE ?? path.join(dataDir, 'log', 'operations.log')),
    caFile: read.TSA_CA_FILE === undefined ? undefined : path.resolve(workingDir, read.TSA_CA_FILE),
    microsoft: {
      authority: read.TSA_MICROSOFT_AUTHORITY,
      graphUrl: read.TSA_MICROSOFT_GRAPH_URL,
      imapHost: read.TSA_MICROSOFT_IMAP_HOST,
      imapPort: read.TSA_MICROSOFT_IMAP_PORT,
      imapResource: read.TSA_MICROSOFT_IMAP_RESOURCE,
    },
    workerMetrics: read.TSA_WORKER_METRICS,
    temporalUiUrl: read.TSA_TEMPORAL_UI_URL,
    traces: (read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? read.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined,
    trustedProxies: read.TSA_TRUSTED_PROXIES,
    openIdConnect: openIdConnectOf(read),
    embeddedPorts: {
      postgres: read.TSA_POSTGRES_PORT,
      temporal: read.TSA_TEMPORAL_PORT,
      temporalUi: read.TSA_TEMPORAL_UI_PORT,
    },
  };
}

/** All of it or nothing. Throws ConfigError for what is missing. */
const openIdConnectOf = (read: z.output<typeof schema>): Config['openIdConnect'] => {
  const { TSA_OIDC_ISSUER, TSA_OIDC_CLIENT_ID, TSA_OIDC_CLIENT_SECRET, TSA_PUBLIC_URL } = read;
  if (TSA_OIDC_ISSUER === undefined) return undefined;
  const needed = { TSA_OIDC_CLIENT_ID, TSA_OIDC_CLIENT_SECRET, TSA_PUBLIC_URL };
  if (TSA_OIDC_CLIENT_ID === undefined || TSA_OIDC_CLIENT_SECRET === undefined || TSA_PUBLIC_URL === undefined)
    throw new ConfigError(
      Object.entries(needed).flatMap(([variable, value]) =>
        value === undefined ? [{ variable, problem: 'is needed with TSA_OIDC_ISSUER, and not set' }] : [],
      ),
    );
  return {
    issuer: TSA_OIDC_ISSUER,
    clientId: TSA_OIDC_CLIENT_ID,
    clientSecret: TSA_OIDC_CLIENT_SECRET,
    rolesClaim: read.TSA_OIDC_ROLES_CLAIM,
    redirectUrl: `${TSA_PUBLIC_URL}/api/v1/sign-in/open-id-connect/callback`,
  };
};

const toProblem = (issue: z.core.$ZodIssue): ConfigProblem => ({
  variable: String(issue.path[0]),
  problem: issue.message,
});
