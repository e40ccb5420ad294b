import type { Logger } from 'pino';

import type { Db } from '../../db/shared/connect.ts';
import type { SecretBox } from '../../db/mailboxes/secrets.ts';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import type { SenderVerifier } from '../../mail/authentication/sender-verifier.ts';
import type { MimeReader } from '../../mail/mime/mime.ts';
import type { MailSession } from '../../mail/connection/session.ts';
import type { Failpoint } from './failpoint.ts';

/** What the activities stand on; the worker composes it once. */
export interface ActivityDeps {
  readonly db: Db;
  /** Resolves when the database answers. */
  readonly ping: () => Promise<void>;
  readonly secretBox: SecretBox;
  readonly mimeReader: MimeReader;
  readonly senderVerifier: SenderVerifier;
  /** Throws MailError. */
  readonly openSession: (mailbox: Mailbox, secrets: MailboxSecrets, signal: AbortSignal) => Promise<MailSession>;
  /** Is told of a mailbox that holds more than has been read. */
  readonly onBacklog?: (mailboxId: number) => void;
  readonly failpoint: Failpoint;
  readonly logger: Logger;
  /** IANA name: of the dates in instructions and the day in ticket numbers. */
  readonly timeZone: string;
  readonly dateFormat: string;
}
