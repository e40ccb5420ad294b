import { Context } from '@temporalio/activity';

import { compareWithLedger, isComparisonDue } from '../../db/messages/comparison.ts';
import { listPending, listToRemove, type PendingMessage } from '../../db/messages/ledger.ts';
import type { MailboxRecord } from '../../db/mailboxes/mailboxes.ts';
import { policyFor } from '../../db/handling/policy.ts';
import { readMailboxRules } from '../../db/mailboxes/mailbox-rules.ts';
import type { MailRule } from '../../domain/mailboxes/mail-rule.ts';
import { refreshStatistics } from '../../db/shared/statistics.ts';
import type { Settings } from '../../db/settings/settings.ts';
import type { Disposition } from '../../domain/messages/disposition.ts';
import { MailError, type MailSession } from '../../mail/connection/session.ts';
import type { DispositionCounts } from './mailbox.contract.ts';
import { handleInOrder, type MessageInOrder } from '../handling/handle-in-order.ts';
import { readMessages } from '../handling/read-message.ts';
import type { ActivityDeps } from '../shared/deps.ts';
import { secretsOf } from './mailbox-secrets.ts';
import { receiveBatch, type ReceivedBatch } from './receive.ts';
import { removeFromInbox } from './remove-from-inbox.ts';

/** One activity reads no longer than this, so that a worker that is to stop has not long to wait; the next one goes on at once. */
const DRAIN_MS = 10_000;

/** Octets of a batch within a drain, unless one message alone has more: three of them are in memory, two as understood. */
const DRAIN_BYTES = 8 * 1024 * 1024;

/** What one reading of an inbox came to. */
export interface Drained {
  readonly counts: DispositionCounts;
  /** There is more to read, and this came further. */
  readonly more: boolean;
  /** What ended it before its time. */
  readonly mailError: MailError | undefined;
}

/**
 * Reads an inbox until it is empty, or time is up: batch after batch by one session. While a batch is handled the next one is fetched,
 * stored and understood, and the one before leaves the inbox. What is stored and due is handled first, and also where the server does not
 * answer.
 */
export async function drain(deps: ActivityDeps, mailbox: MailboxRecord, settings: Settings): Promise<Drained> {
  const until = performance.now() + DRAIN_MS;
  const { rules } = await readMailboxRules(deps.db, mailbox.id);
  const handling = new Handling(deps, { mailbox, rules }, settings, until);
  const { cancellationSignal } = Context.current();
  let session: MailSession | undefined;
  let received: ReceivedBatch = { raw: new Map(), more: false, mailError: undefined };
  try {
    const secrets = await secretsOf(deps, mailbox.id);
    session = await deps.openSession(mailbox, secrets, cancellationSignal);
    // Taken before the first batch: what arrives meanwhile is none of the comparison's business.
    const inventory = isComparisonDue(mailbox, new Date()) ? await session.inventory() : undefined;
    const limits = {
      maxMessages: settings.batchMaxMessages,
      maxBytes: Math.min(settings.batchMaxBytes, DRAIN_BYTES),
    };
    do {
      received = await receiveBatch(deps, mailbox, session, limits);
      if (received.more) deps.onBacklog?.(mailbox.id);
      await handling.begin(received.raw);
      if (received.mailError === undefined && session.removal !== 'at_the_end') await handling.removeFrom(session);
    } while (
      received.more &&
      received.mailError === undefined &&
      !handling.switchedOff &&
      performance.now() < until &&
      !cancellationSignal.aborted
    );
    await handling.end();
    if (received.mailError === undefined) {
      if (inventory !== undefined && !received.more && !handling.switchedOff)
        await compareWithLedger(
          deps.db,
          mailbox.id,
          inventory.filter((id) => !handling.gone.has(id)),
          new Date().toISOString(),
          mailbox.account,
        );
      await handling.removeFrom(session);
    }
    return { counts: handling.counts, more: received.more, mailError: received.mailError };
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    // What came until then is handled all the same.
    await handling.begin(received.raw);
    await handling.end();
    return { counts: handling.counts, more: false, mailError: error };
  } finally {
    await handling.settled();
    await session?.close();
  }
}

/** Handles batches one after the other, each while the caller is with the mail server for the next. */
class Handling {
  readonly counts: Partial<Record<Disposition, number>> = {};
  /** Protocol ids that have left the inbox in this session. */
  readonly gone = new Set<string>();
  switchedOff = false;
  readonly #deps: ActivityDeps;
  readonly #mailbox: MailboxRecord;
  readonly #rules: readonly MailRule[];
  readonly #settings: Settings;
  /** By `performance.now()`. */
  readonly #until: number;
  #underWay: Promise<void> = Promise.resolve();
  /** Of the last message that is being handled, or was: those after it are new. */
  #last = 0;
  /** Ledger ids of those that are handled and were not yet looked at for removal. */
  #handled: number[] = [];

  constructor(
    deps: ActivityDeps,
    { mailbox, rules }: { readonly mailbox: MailboxRecord; readonly rules: readonly MailRule[] },
    settings: Settings,
    until: number,
  ) {
    this.#deps = deps;
    this.#mailbox = mailbox;
    this.#rules = rules;
    this.#settings = settings;
    this.#until = until;
  }

  /** Has all that is stored and due understood; waits for the batch before, then begins to handle this one. */
  async begin(raw: ReadonlyMap<number, Uint8Array>): Promise<void> {
    const { db } = this.#deps;
    for (;;) {
      const now = new Date().toISOString();
      const limit = this.#settings.batchMaxMessages;
      const pending = await listPending(db, this.#mailbox.id, now, limit, this.#last);
      const last = pending.at(-1);
      if (last === undefined) return;
      this.#last = last.id;
      const messages = readMessages(this.#deps, this.#mailbox, pending, { raw, rules: this.#rules });
      await this.#underWay;
      if (this.switchedOff) return;
      this.#underWay = withoutNotice(this.#handle(messages));
      if (pending.length < limit || performance.now() > this.#until) return;
    }
  }

  async #handle(messages: readonly MessageInOrder[]): Promise<void> {
    const handledFor = { mailbox: this.#mailbox, policy: policyFor(this.#mailbox, this.#settings) };
    const told = (message: PendingMessage, handled: Disposition | 'postponed' | 'already_handled'): void => {
      if (handled === 'postponed' || handled === 'already_handled') return;
      this.counts[handled] = (this.counts[handled] ?? 0) + 1;
      this.#handled.push(message.id);
    };
    this.switchedOff = !(await handleInOrder(this.#deps, handledFor, messages, told));
    await refreshStatistics(this.#deps.db);
  }

  /** Waits until all that was begun is handled. */
  async end(): Promise<void> {
    await this.#underWay;
  }

  /** As `end`, whatever became of it. */
  async settled(): Promise<void> {
    await this.#underWay.catch(() => undefined);
  }

  /** Takes what is handled by now out of the inbox. What cannot be removed stays for `removeHandled`. Throws MailError. */
  async removeFrom(session: MailSession): Promise<void> {
    const handled = this.#handled.splice(0);
    if (handled.length === 0) return;
    const { id, account } = this.#mailbox;
    const messages = await listToRemove(this.#deps.db, id, handled.length, account, handled);
    if (messages.length === 0) return;
    await removeFromInbox(this.#deps, session, this.#mailbox, messages);
    for (const { protocolId } of messages) this.gone.add(protocolId);
  }
}

/** A promise that is awaited later must not be an unhandled rejection until then. */
function withoutNotice<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
