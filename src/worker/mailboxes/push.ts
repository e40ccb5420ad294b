import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';

import type { Db } from '../../db/shared/connect.ts';
import { loggable } from '../../db/shared/errors.ts';
import type { MailboxRecord } from '../../db/mailboxes/mailboxes.ts';
import { holdPushWatches, recordPushProblem, releasePushWatches } from '../../db/mailboxes/push-watches.ts';
import { MailError } from '../../mail/connection/session.ts';
import type { InboxWatch } from '../../mail/imap/watch-inbox.ts';
import { createArrivals } from './arrivals.ts';

export interface PushDeps {
  readonly db: Db;
  readonly logger: Logger;
  /** See watchInbox. */
  readonly watch: (mailbox: MailboxRecord, signal: AbortSignal, onArrival: () => void) => Promise<InboxWatch>;
  /** Has the mailbox read now. */
  readonly wake: (mailboxId: number) => Promise<void>;
}

export interface Push {
  /** Begins what is to be watched and is not, ends what is no longer; to be called every few seconds. */
  readonly turn: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** After an end or a failure, ms; doubled with each further one up to `maxRestMs`, and forgotten after a watch that lasted. */
const minRestMs = 5_000;
const maxRestMs = 300_000;
const lastingMs = 60_000;

interface Watch {
  readonly revision: number;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Watches the inboxes of mailboxes with push, each from one worker, on a connection beside those that read. A watch only ends a
 * mailbox's rest early: the interval stays, and is all there is while an inbox cannot be watched.
 */
export const createPush = ({ db, logger, watch, wake }: PushDeps): Push => {
  const holder = randomUUID();
  const watches = new Map<number, Watch>();
  const failures = new Map<number, { readonly revision: number; readonly count: number; readonly until: number }>();

  const follow = async (mailbox: MailboxRecord, signal: AbortSignal): Promise<void> => {
    const began = Date.now();
    const arrivals = createArrivals(() => {
      wake(mailbox.id).catch((error: unknown) => logger.warn(loggable(error), 'a mailbox was not woken'));
    });
    try {
      const inbox = await watch(mailbox, signal, arrivals.came);
      await recordPushProblem(db, mailbox.id, null);
      await inbox.ended;
    } catch (error) {
      if (!(error instanceof MailError)) logger.error(loggable(error), `mailbox ${String(mailbox.id)}: not watched`);
      else if (!signal.aborted) await recordPushProblem(db, mailbox.id, `${error.message} ${error.remedy}`);
    } finally {
      arrivals.close();
      const count = Date.now() - began > lastingMs ? 0 : (failures.get(mailbox.id)?.count ?? 0) + 1;
      const restMs = Math.min(maxRestMs, minRestMs * 2 ** Math.max(0, count - 1));
      failures.set(mailbox.id, { revision: mailbox.revision, count, until: Date.now() + restMs });
    }
  };

  /** A change of the form ends the rest. */
  const rests = ({ id, revision }: MailboxRecord): boolean => {
    const failure = failures.get(id);
    return failure?.revision === revision && failure.until > Date.now();
  };

  const begin = (mailbox: MailboxRecord): void => {
    const abort = new AbortController();
    const ended = follow(mailbox, abort.signal)
      .catch((error: unknown) => logger.error(loggable(error), `mailbox ${String(mailbox.id)}: not watched`))
      .finally(() => watches.delete(mailbox.id));
    watches.set(mailbox.id, { revision: mailbox.revision, abort, ended });
  };

  return {
    async turn() {
      const wanted = new Map((await holdPushWatches(db, holder)).map((mailbox) => [mailbox.id, mailbox]));
      for (const [id, { revision, abort }] of watches) if (wanted.get(id)?.revision !== revision) abort.abort();
      for (const mailbox of wanted.values()) if (!watches.has(mailbox.id) && !rests(mailbox)) begin(mailbox);
      return false;
    },
    async close() {
      const open = [...watches.values()];
      for (const { abort } of open) abort.abort();
      await Promise.all(open.map(({ ended }) => ended));
      await releasePushWatches(db, holder);
    },
  };
};
