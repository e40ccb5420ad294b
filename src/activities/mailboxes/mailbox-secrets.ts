import { readMailboxSecrets } from '../../db/mailboxes/mailboxes.ts';
import { SecretKeyError } from '../../db/mailboxes/secrets.ts';
import type { MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { MailError } from '../../mail/connection/session.ts';
import type { ActivityDeps } from '../shared/deps.ts';

/** Throws MailError for secrets that no key opens: that is an administrator's to put right, like one that a server refuses. */
export async function secretsOf({ db, secretBox }: ActivityDeps, mailboxId: number): Promise<MailboxSecrets> {
  try {
    return await readMailboxSecrets(db, secretBox, mailboxId);
  } catch (error) {
    if (error instanceof SecretKeyError) throw new MailError('credentials_refused', error.message, error.remedy);
    throw error;
  }
}
