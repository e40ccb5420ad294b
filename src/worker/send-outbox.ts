import type { Db } from '../db/connect.ts';
import { markSendFailed, markSent, type OutgoingMail, takeUnsent } from '../db/outbox.ts';
import { readRaw } from '../db/raw-messages.ts';
import { composeRedirect } from '../mail/compose.ts';
import { SendError, type Sender } from '../mail/send.ts';

const AT_ONCE = 10;

/**
 * Sends what waits in the outbox, each mail with one Message-ID however often it is tried: a receiver can tell a repetition.
 * What the server will never take is given up and stays visible as failed. True when there is more to send now.
 */
export async function sendOutbox(db: Db, sender: Sender): Promise<boolean> {
  const mails = await takeUnsent(db, AT_ONCE);
  for (const mail of mails) {
    try {
      // Bounces of what the agent sends go nowhere (RFC 3834 §3.3): they would come back as mail.
      await sender.send(await compose(db, mail), { from: null, to: mail.to });
      await markSent(db, mail.id, new Date().toISOString());
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      await markSendFailed(db, mail.id, `${error.message} ${error.cure}`, error.permanent);
    }
  }
  return mails.length === AT_ONCE;
}

async function compose(db: Db, mail: OutgoingMail): Promise<Uint8Array> {
  const original = mail.attachedMessageId === null ? null : await readRaw(db, mail.attachedMessageId);
  if (original === null)
    throw new SendError('refused', 'The original that this mail carries is gone.', 'Nothing can be done.');
  return composeRedirect({
    from: mail.from ?? 'postmaster@localhost',
    to: mail.to,
    original,
    originalSubject: mail.tags['SUBJECT'] ?? '',
    originalFrom: mail.originalFrom ?? 'unknown',
    messageId: mail.messageIdHeader,
    date: new Date(),
  });
}
