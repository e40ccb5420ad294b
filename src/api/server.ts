import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/shared/connect.ts';
import type { SecretBox } from '../db/mailboxes/secrets.ts';
import { type MailHosts, remoteMailHosts } from '../mail/connection/mail-hosts.ts';
import { type MicrosoftCloud, worldwideCloud } from '../mail/microsoft/microsoft-cloud.ts';
import { createMimeReader } from '../mail/mime/mime.ts';
import { createMailViewer } from '../mail/mime/mail-viewer.ts';
import { type ConnectionTranscript, testConnection, testSending } from '../mail/probe/test-connection.ts';
import { createTokenSource } from '../mail/microsoft/tokens.ts';
import { createApp } from './app.ts';
import { createSender } from '../mail/outgoing/send.ts';
import { smtpServerOf } from '../mail/outgoing/smtp-server.ts';
import { createOpenIdConnect, type OpenIdConnectOptions } from './accounts/open-id-connect.ts';
import type { TrustedProxies } from './http/client-address.ts';
import { createTemporalControl } from './mailboxes/temporal-control.ts';

export interface ApiOptions {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly adminToken: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Where browsers find the Temporal Web UI; absent: nothing links to it. */
  readonly temporalUiUrl?: string | undefined;
  /** Absent: one signs in with a password. */
  readonly openIdConnect?: OpenIdConnectOptions | undefined;
  /** The queue that the mailbox workflows are served on. */
  readonly taskQueue: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly timeZone: string;
  readonly dateFormat: string;
  /** PEM of authorities trusted for mail servers besides the usual ones. */
  readonly ca: string | undefined;
  /** Where mailboxes may be read from. Default: public and private addresses. */
  readonly mailHosts?: MailHosts | undefined;
  /** The worldwide one by default. */
  readonly cloud?: MicrosoftCloud;
  /** Shown without its user and password; absent: mails have no way out. */
  readonly smtpUrl?: string | undefined;
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies?: TrustedProxies;
  /** The folder of the page as `npm run build` made it; absent: the page is served from its sources. */
  readonly builtPage?: URL | undefined;
  readonly logger: Logger;
  /** For the Temporal client; absent: there are no traces. */
  readonly traceClient?: WorkflowClientInterceptor | undefined;
}

export interface RunningApi {
  /** Without a slash at its end. */
  readonly url: string;
  /** Ends the requests under way within two seconds; the database stays open, it is the caller's. */
  stop(): Promise<void>;
}

const GRACE_MS = 2_000;

/** Starts to listen, whether Temporal answers or not: `/readyz` says so. Throws when the port cannot be had. */
export const startApi = async (options: ApiOptions): Promise<RunningApi> => {
  const { database, temporal, logger, ca, cloud = worldwideCloud, timeZone, dateFormat } = options;
  const hosts = options.mailHosts ?? remoteMailHosts;
  const connection = Connection.lazy({ address: temporal.address });
  const { traceClient } = options;
  const client = new Client({
    connection,
    namespace: temporal.namespace,
    ...(traceClient === undefined ? {} : { interceptors: { workflow: [traceClient] } }),
  });
  const mimeReader = createMimeReader({ concurrency: 1 });
  const mailViewer = createMailViewer();
  const app = createApp({
    db: database.db,
    control: createTemporalControl({ client, taskQueue: options.taskQueue }),
    secretBox: options.secretBox,
    adminToken: options.adminToken,
    workflowsUrl:
      options.temporalUiUrl === undefined
        ? null
        : `${options.temporalUiUrl}/namespaces/${encodeURIComponent(temporal.namespace)}/workflows/`,
    openIdConnect: options.openIdConnect === undefined ? null : createOpenIdConnect(options.openIdConnect),
    testConnection: (mailbox, secrets) =>
      // A test signs in anew: a token kept from before would say nothing about what is on the form now.
      testConnection(mailbox, secrets, {
        tokens: createTokenSource({ cloud }),
        hosts,
        ...(ca === undefined ? {} : { ca }),
      }),
    mimeReader,
    mailViewer,
    readOptions: { timeZone, dateFormat },
    smtp: smtpServerOf(options.smtpUrl),
    testSending: sendingTestOf(options),
    trustedProxies: options.trustedProxies ?? [],
    builtPage: options.builtPage,
    logger,
  });
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  // Whoever comes without a sign-in holds no more than this, and no longer.
  server.maxConnections = 1_000;
  server.requestTimeout = 60_000;
  const release = async (): Promise<void> => {
    await mimeReader.close();
    await mailViewer.close();
    await connection.close();
  };
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening');
  } catch (error) {
    await release();
    throw error;
  }
  return {
    url: urlOf(server),
    async stop() {
      await closeServer(server);
      await release();
    },
  };
};

const sendingTestOf = ({ smtpUrl, ca }: ApiOptions): (() => Promise<ConnectionTranscript>) | null =>
  smtpUrl === undefined ? null : () => testSending(createSender(smtpUrl, { ca }), new URL(smtpUrl).host);

const urlOf = (server: Server): string => {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
};

const closeServer = async (server: Server): Promise<void> => {
  // A log stream ends only when its client leaves, or here.
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
  clearTimeout(timer);
};
