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
  loopbackRanges,
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
    readonly smtpHost: string | undefined;
    readonly smtpPort: number | undefined;
  };
  /** `host:port` at which a worker's SDK metrics are read; absent: there are none. */
  readonly workerMetrics: string | undefined;
  /** Where browsers find the Temporal Web UI; absent: `tsa up` knows its own, others link to none. */
  readonly temporalUiUrl: string | undefined;
  /** OpenTelemetry's exporter is told where to; its variables OTEL_* are its own. */
  readonly traces: boolean;
  /** Addresses and ranges (CIDR) of the proxies before the API: their X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Loopback addresses and ranges (CIDR) at which mail servers of mailboxes may be. */
  readonly mailHosts: readonly string[];
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

/** Every environment variable. The reference in docs/operators/configuration.md is generated from these descriptions. */
export const configVariables = {
  DATABASE_URL: databaseUrl
    .optional()
    .meta({ description: 'PostgreSQL: `postgres://user:password@host:5432/database`.', unset: 'a bundled PostgreSQL' }),
  TEMPORAL_ADDRESS: hostAndPort.optional().meta({ description: 'Temporal: `host:port`.', unset: 'a bundled Temporal' }),
  TEMPORAL_NAMESPACE: namespace.default('default').meta({ description: 'Temporal namespace.' }),
  TSA_DATA_DIR: z.string().default('.tsa').meta({ description: 'Folder for the bundled servers, keys and logs.' }),
  TSA_HOST: hostName.default('127.0.0.1').meta({ description: 'Address on which the API listens.' }),
  TSA_PORT: port.default(8080).meta({ description: 'Port on which the API listens. 0 takes any free port.' }),
  TSA_SECRET_KEY: secretKey
    .optional()
    .meta({ description: 'Key that encrypts stored passwords: 32 bytes in base64.', unset: 'created by `tsa up`' }),
  TSA_OLD_SECRET_KEYS: secretKeys.default([]).meta({
    description: 'Earlier keys, separated by commas. What they encrypted is encrypted again at start.',
    unset: 'none',
  }),
  TSA_ADMIN_TOKEN: adminToken
    .optional()
    .meta({ description: 'Bearer token with all rights, to create the first user.', unset: 'created by `tsa up`' }),
  TSA_TIME_ZONE: timeZone
    .default(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
    .meta({ description: 'Time zone of dates in messages, such as `Europe/Paris`.', unset: "the machine's" }),
  TSA_DATE_FORMAT: dateFormat
    .default('dd/MM/yyyy')
    .meta({ description: 'Format of dates in messages. ISO 8601 dates are always accepted.' }),
  SMTP_URL: smtpUrl.optional().meta({
    description: 'Server for outgoing emails: `smtp://user:password@host:587`.',
    unset: 'none: outgoing emails wait',
  }),
  TSA_LOG_TYPE: logType
    .default('lt_All')
    .meta({ description: 'What the operation log records: `lt_All`, `lt_Error` (warnings and errors) or `lt_None`.' }),
  TSA_LOG_FILE: z
    .string()
    .optional()
    .meta({ description: 'Operation log as JSON lines, rotated.', unset: '`log/operations.log` in the data folder' }),
  TSA_CA_FILE: certificateFile
    .optional()
    .meta({ description: 'PEM file of additional certificate authorities to trust for mail servers.', unset: 'none' }),
  TSA_MICROSOFT_AUTHORITY: httpsAddress
    .optional()
    .meta({ description: 'Sign-in address of a national cloud.', unset: 'the worldwide cloud' }),
  TSA_MICROSOFT_GRAPH_URL: httpsAddress
    .optional()
    .meta({ description: 'Microsoft Graph address of a national cloud.', unset: 'the worldwide cloud' }),
  TSA_MICROSOFT_IMAP_HOST: hostName
    .optional()
    .meta({ description: 'IMAP host of a national cloud.', unset: 'the worldwide cloud' }),
  TSA_MICROSOFT_IMAP_PORT: port.optional().meta({ description: 'IMAP port of a national cloud.', unset: '993' }),
  TSA_MICROSOFT_IMAP_RESOURCE: httpsAddress.optional().meta({
    description: 'Resource for which IMAP access tokens are requested.',
    unset: 'the address of the IMAP host',
  }),
  TSA_MICROSOFT_SMTP_HOST: hostName
    .optional()
    .meta({ description: 'SMTP host of a national cloud.', unset: 'the worldwide cloud' }),
  TSA_MICROSOFT_SMTP_PORT: port.optional().meta({ description: 'SMTP port of a national cloud.', unset: '587' }),
  TSA_POSTGRES_PORT: port.optional().meta({ description: 'Port of the bundled PostgreSQL.', unset: 'any free port' }),
  TSA_TEMPORAL_PORT: port.optional().meta({ description: 'Port of the bundled Temporal.', unset: 'any free port' }),
  TSA_TEMPORAL_UI_PORT: port
    .optional()
    .meta({ description: 'Port of the bundled Temporal Web UI.', unset: 'any free port' }),
  TSA_TEMPORAL_UI_URL: webAddress.optional().meta({
    description: 'Address of the Temporal Web UI for links on the admin page.',
    unset: 'the bundled one, otherwise no links',
  }),
  TSA_WORKER_METRICS: hostAndPort.optional().meta({
    description: '`host:port` on which a worker serves the metrics of the Temporal SDK.',
    unset: 'no metrics',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress
    .optional()
    .meta({ description: 'Collector for OpenTelemetry traces (OTLP over HTTP).', unset: 'no traces' }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress
    .optional()
    .meta({ description: 'The same, for traces only. Takes precedence.', unset: 'no traces' }),
  TSA_TRUSTED_PROXIES: addressRanges.default([]).meta({
    description: 'Addresses or CIDR ranges of reverse proxies whose `X-Forwarded-For` is trusted, separated by commas.',
    unset: 'none',
  }),
  TSA_MAIL_HOSTS: loopbackRanges.default([]).meta({
    description: 'Loopback addresses of mail servers on this machine, such as `127.0.0.1`, separated by commas.',
    unset: 'none',
  }),
  TSA_PUBLIC_URL: webAddress
    .optional()
    .meta({ description: 'Public address of the admin page. Required for OpenID Connect.', unset: 'none' }),
  TSA_OIDC_ISSUER: issuer
    .optional()
    .meta({ description: 'Issuer of the OpenID Connect provider.', unset: 'sign-in by password only' }),
  TSA_OIDC_CLIENT_ID: z.string().optional().meta({ description: 'Client ID at the provider.', unset: 'none' }),
  TSA_OIDC_CLIENT_SECRET: z.string().optional().meta({ description: 'Client secret at the provider.', unset: 'none' }),
  TSA_OIDC_ROLES_CLAIM: z.string().default('roles').meta({ description: "Claim that holds the user's roles." }),
};

const schema = z.object(configVariables);

/**
 * Reads the environment (spec §12). An empty variable counts as absent.
 * Throws ConfigError with every problem at once; a value that may hold a secret is never in its message.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, workingDir = process.cwd()): Config {
  const present = Object.keys(configVariables).flatMap((name) => {
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
      smtpHost: read.TSA_MICROSOFT_SMTP_HOST,
      smtpPort: read.TSA_MICROSOFT_SMTP_PORT,
    },
    workerMetrics: read.TSA_WORKER_METRICS,
    temporalUiUrl: read.TSA_TEMPORAL_UI_URL,
    traces: (read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? read.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined,
    trustedProxies: read.TSA_TRUSTED_PROXIES,
    mailHosts: read.TSA_MAIL_HOSTS,
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
