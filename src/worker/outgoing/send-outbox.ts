import { markSendFailed, markSent, takeUnsent } from '../../db/outgoing/outbox.ts';
import { SendError, type Sender } from '../../mail/outgoing/send.ts';
import { type ComposeDeps, composeOutgoing } from './compose-outgoing.ts';

const AT_ONCE = 10;

/**
 * Sends what waits in the outbox, each mail with one Message-ID however often it is tried: a receiver can tell a repetition.
 * What the server will never take is given up and stays visible as failed. True when there is more to send now.
 */
export async function sendOutbox(deps: ComposeDeps, sender: Sender): Promise<boolean> {
  const { db } = deps;
  const mails = await takeUnsent(db, AT_ONCE);
  for (const mail of mails) {
    try {
      const { raw, subject } = await composeOutgoing(deps, mail);
      // Bounces of what the agent sends go nowhere (RFC 3834 §3.3): they would come back as mail.
      await sender.send(raw, { from: null, to: mail.to });
      await markSent(db, mail.id, { now: new Date().toISOString(), subject });
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      await markSendFailed(db, mail.id, `${error.message} ${error.cure}`, error.permanent);
    }
  }
  return mails.length === AT_ONCE;
}
