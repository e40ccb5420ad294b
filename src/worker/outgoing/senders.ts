import { findMailbox, readMailboxSecrets } from '../../db/mailboxes/mailboxes.ts';
import type { SecretBox } from '../../db/mailboxes/secrets.ts';
import type { Db } from '../../db/shared/connect.ts';
import type { TokenSource } from '../../mail/microsoft/tokens.ts';
import { openSender } from '../../mail/open-sender.ts';
import { createSender, type Sender } from '../../mail/outgoing/send.ts';

/** The ways out of this process. */
export interface Senders {
  /** Without it only mails leave whose mailbox sends for itself. */
  readonly hasSmtp: boolean;
  /** Of the mailbox that sends for itself; null: the SMTP server. */
  of(senderId: number | null): Promise<Sender>;
  /** Ends the connections; never throws. */
  close(): void;
}

export const createSenders = ({
  db,
  secretBox,
  smtpUrl,
  tokens,
  ca,
}: {
  readonly db: Db;
  readonly secretBox: SecretBox;
  readonly smtpUrl: string | undefined;
  readonly tokens: TokenSource;
  readonly ca: string | undefined;
}): Senders => {
  const smtp = smtpUrl === undefined ? undefined : createSender(smtpUrl, { ca });
  return {
    hasSmtp: smtp !== undefined,
    async of(senderId) {
      // As its form is now: a mailbox has no connection of its own that would outlive a change.
      if (senderId !== null)
        return openSender(await findMailbox(db, senderId), await readMailboxSecrets(db, secretBox, senderId), {
          tokens,
          ca,
        });
      if (smtp === undefined) throw new Error('A mail was taken that no way leads out for.');
      return smtp;
    },
    close: () => smtp?.close(),
  };
};
