import type { Logger } from 'pino';

import { isDatabaseAway } from '../../activities/shared/faults.ts';
import {
  markSendFailed,
  markSent,
  type OutgoingMail,
  postponeMail,
  renewSendLease,
  takeUnsent,
} from '../../db/outgoing/outbox.ts';
import { loggable } from '../../db/shared/errors.ts';
import { SendError, type Sender } from '../../mail/outgoing/send.ts';
import { type ComposeDeps, composeOutgoing } from './compose-outgoing.ts';

const AT_ONCE = 10;

/** A third of the lease. */
const RENEW_MS = 20_000;

/** After trouble that every mail would meet; doubled from the first up to the last. */
const REST_MS = { first: 30_000, longest: 900_000 };

export interface OutboxDeps extends ComposeDeps {
  readonly sender: Sender;
  readonly logger: Logger;
}

/**
 * Gives a function that sends what waits in the outbox, each mail with one Message-ID however often it is tried: a receiver can tell a
 * repetition. True when there is more to send now.
 *
 * Whatever goes wrong with a mail is recorded with it, and the next one follows. What the server will never take is given up and stays
 * visible as failed. Trouble with our own login or sender is nobody's: the mails stay as they are, and sending rests.
 */
export const createOutboxSender = (deps: OutboxDeps): (() => Promise<boolean>) => {
  const { db, logger } = deps;
  /** Taken by the server, and not yet recorded: the database was away. They are not sent again for that. */
  const toRecord = new Map<number, Parameters<typeof markSent>[2]>();
  let refusals = 0;
  let restUntil = 0;

  const record = async (): Promise<void> => {
    for (const [id, sent] of toRecord) {
      await markSent(db, id, sent);
      toRecord.delete(id);
    }
  };

  const rest = async (mail: OutgoingMail, error: SendError): Promise<void> => {
    const restMs = Math.min(REST_MS.longest, REST_MS.first * 2 ** refusals);
    refusals += 1;
    restUntil = Date.now() + restMs;
    logger.error({ kind: error.kind, restMs }, `outgoing mail waits: ${error.message} ${error.cure}`);
    await postponeMail(db, mail.id, `${error.message} ${error.cure}`, restMs);
  };

  /** False when every mail would meet the same. */
  const send = async (mail: OutgoingMail): Promise<boolean> => {
    const renewing = setInterval(() => void renewSendLease(db, mail.id).catch(() => undefined), RENEW_MS);
    try {
      const { raw, subject } = await composeOutgoing(deps, mail);
      // Bounces of what the agent sends go nowhere (RFC 3834 §3.3): they would come back as mail.
      await deps.sender.send(raw, { from: null, to: mail.to });
      toRecord.set(mail.id, { now: new Date().toISOString(), subject });
      refusals = 0;
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      if (error instanceof SendError && error.isOurs) {
        await rest(mail, error);
        return false;
      }
      if (error instanceof SendError)
        await markSendFailed(db, mail.id, `${error.message} ${error.cure}`, error.permanent);
      else {
        logger.error({ ...loggable(error), mail: mail.id }, 'a mail could not be made');
        await markSendFailed(db, mail.id, 'The agent failed on this mail; the worker log has the cause.');
      }
    } finally {
      clearInterval(renewing);
    }
    return true;
  };

  return async () => {
    await record();
    if (Date.now() < restUntil) return false;
    for (let count = 0; count < AT_ONCE; count += 1) {
      // One at a time: what a worker that dies holds back is one mail.
      const [mail] = await takeUnsent(db, 1);
      if (mail === undefined || !(await send(mail))) return false;
      await record();
    }
    return true;
  };
};
