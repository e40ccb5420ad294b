import type { Logger } from 'pino';
import type { Db } from '../../db/shared/connect.ts';
import type { SecretBox } from '../../db/mailboxes/secrets.ts';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import type { SmtpServer } from '../../domain/outgoing/ways-out.ts';
import type { ReadOptions } from '../../instructions/read-instruction.ts';
import type { MimeReader } from '../../mail/mime/mime.ts';
import type { MailViewer } from '../../mail/mime/mail-viewer.ts';
import type { ConnectionTranscript } from '../../mail/probe/test-connection.ts';
import type { Attempts, MailboxControl, OpenIdConnect } from './ports.ts';
import type { TrustedProxies } from './client-address.ts';

/** All that the API reaches the world by. */
export interface ApiDeps {
  readonly db: Db;
  readonly control: MailboxControl;
  readonly secretBox: SecretBox;
  readonly adminToken: string;
  /** Of the Temporal Web UI; an encoded workflow id behind it is one workflow. Null: it is not known. */
  readonly workflowsUrl: string | null;
  /** Null: one signs in with a password. */
  readonly openIdConnect: OpenIdConnect | null;
  readonly testConnection: (mailbox: Mailbox, secrets: MailboxSecrets) => Promise<ConnectionTranscript>;
  readonly mimeReader: MimeReader;
  readonly mailViewer: MailViewer;
  /** How dates in instructions are read, for show; curly quotes are each mailbox's own switch. */
  readonly readOptions: Pick<ReadOptions, 'dateFormat' | 'timeZone'>;
  /** Signs in to that server and sends nothing; null without one. */
  readonly testSending: (() => Promise<ConnectionTranscript>) | null;
  /** The server that mails leave by; null: none is configured. */
  readonly smtp: SmtpServer | null;
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: TrustedProxies;
  /** The folder of the page as `npm run build` made it; absent: the page is served from its sources. */
  readonly builtPage?: URL | undefined;
  readonly logger: Logger;
}

/** What the routes see. */
export interface RouteDeps extends ApiDeps {
  readonly attempts: Attempts;
  /** Never throws: see waker.ts. */
  readonly wake: (mailboxId: number) => Promise<void>;
}
