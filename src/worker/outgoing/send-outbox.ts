import type { Logger } from 'pino';

import { isDatabaseAway } from '../../activities/shared/faults.ts';
import {
  keepMail,
  markHanded,
  markSendFailed,
  markSent,
  type OutgoingMail,
  renewSendLease,
  takeUnsent,
} from '../../db/outgoing/outbox.ts';
import { forgetWayError, recordWayError, tryWaysAgain } from '../../db/outgoing/sending-ways.ts';
import { loggable } from '../../db/shared/errors.ts';
import { bounceAddress } from '../../domain/outgoing/bounce-address.ts';
import { sendingWayOf } from '../../domain/outgoing/sending-way.ts';
import { SendError } from '../../mail/outgoing/send.ts';
import { type ComposeDeps, composeOutgoing } from './compose-outgoing.ts';
import type { Senders } from './senders.ts';

const AT_ONCE = 10;

/** A third of the lease. */
const RENEW_MS = 20_000;

export interface OutboxDeps extends ComposeDeps {
  readonly senders: Senders;
  readonly logger: Logger;
}

/**
 * Gives a function that sends what waits in the outbox, each mail with one Message-ID and one token however often it is tried: a receiver
 * can tell a repetition. It is given to a server again only where the server's answer to the time before is not known; the row counts that,
 * and the mail says so. True when there is more to send now.
 *
 * Whatever goes wrong with a mail is recorded with it, and the next one follows. What the server will never take is given up and stays
 * visible as failed. An error of our own login or sender, or of the server, is the way's: the mails stay as they are, and the way rests.
 */
export const createOutboxSender = (deps: OutboxDeps): (() => Promise<boolean>) => {
  const { db, logger } = deps;
  /** What was wrong before this process may be mended by its restart. */
  let triesWaysAgain = true;
  /** Taken by the server, and not yet recorded: the database was away. They are not sent again for that. */
  const toRecord = new Map<number, Parameters<typeof markSent>[2]>();

  const record = async (): Promise<void> => {
    for (const [id, sent] of toRecord) {
      await markSent(db, id, sent);
      toRecord.delete(id);
    }
  };

  const rest = async (mail: OutgoingMail, error: SendError, handing: boolean): Promise<void> => {
    const detail = `${error.message} ${error.remedy}`;
    const way = sendingWayOf(mail.senderId);
    const restMs = await recordWayError(db, { way, detail, failures: mail.wayFailures + 1 });
    logger.error({ kind: error.kind, way, restMs }, `outgoing mail waits: ${detail}`);
    await keepMail(db, mail.id, { error: detail, notTaken: handing && !error.isUnknown });
  };

  const works = async (mail: OutgoingMail): Promise<void> => {
    if (mail.wayFailures > 0) await forgetWayError(db, sendingWayOf(mail.senderId));
  };

  /** Throws SendError, and what composing throws. */
  const attempt = async (mail: OutgoingMail, progress: { handing: boolean }): Promise<void> => {
    const { raw, subject, from, messageId } = await composeOutgoing(deps, mail);
    const sender = await deps.senders.of(mail.senderId);
    await markHanded(db, mail.id);
    progress.handing = true;
    const { serverMessageId } = await sender.send(raw, {
      ...{ from: bounceAddress(mail.kind, from), fromOtherwise: from },
      ...{ to: mail.to, messageId, isRepeated: mail.handings > 0 },
    });
    toRecord.set(mail.id, { now: new Date().toISOString(), subject, serverMessageId });
  };

  /** False when every mail would meet the same. */
  const send = async (mail: OutgoingMail): Promise<boolean> => {
    const renewing = setInterval(() => void renewSendLease(db, mail.id).catch(() => undefined), RENEW_MS);
    const progress = { handing: false };
    try {
      await attempt(mail, progress);
      await works(mail);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      if (error instanceof SendError && error.isOurs) {
        await rest(mail, error, progress.handing);
        return false;
      }
      const failure =
        error instanceof SendError
          ? {
              error: `${error.message} ${error.remedy}`,
              final: error.permanent,
              notTaken: progress.handing && !error.isUnknown,
            }
          : { error: 'The agent failed on this mail; the worker log has the cause.', final: false, notTaken: false };
      if (!(error instanceof SendError))
        logger.error({ ...loggable(error), mail: mail.id }, 'a mail could not be made');
      await markSendFailed(db, mail.id, failure);
      if (failure.notTaken) await works(mail);
    } finally {
      clearInterval(renewing);
    }
    return true;
  };

  return async () => {
    if (triesWaysAgain) await tryWaysAgain(db);
    triesWaysAgain = false;
    await record();
    for (let count = 0; count < AT_ONCE; count += 1) {
      // One at a time: what a worker that dies holds back is one mail.
      const [mail] = await takeUnsent(db, 1, deps.senders);
      if (mail === undefined || !(await send(mail))) return false;
      await record();
    }
    return true;
  };
};
