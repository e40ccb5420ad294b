import type { Disposition } from '../../domain/messages/disposition.ts';
import type { MailboxState } from '../../domain/mailboxes/mailbox.ts';

/** Attempts of a read in a row before its fault is the mailbox's state. */
export const readAttempts = 4;

/** After a fault of the system, ms: long enough to spare it, short enough to be back soon. */
export const restAfterFaultMs = 30_000;

/** Messages by how they ended; dispositions that did not occur are left out. */
export type DispositionCounts = Readonly<Partial<Record<Disposition, number>>>;

/** What one read of a mailbox came to. Times in ms; all of it is stored in history, so it holds counts and short words only. */
export type ReadOutcome =
  | {
      readonly kind: 'read';
      readonly mailbox: string;
      /** Sentences with their remedy. */
      readonly warnings?: readonly string[];
      readonly counts: DispositionCounts;
      /** Handled messages that wait to be removed. */
      readonly toRemove: number;
      /** Messages left for a later attempt of their own. */
      readonly postponed: number;
      /** The batch was full: there is more to read now. */
      readonly more: boolean;
      readonly restMs: number;
    }
  | {
      /** Not read, and that is as it should be, or an administrator's to change. */
      readonly kind: 'rest';
      readonly mailbox: string;
      readonly warnings?: readonly string[];
      readonly state: Exclude<MailboxState, 'reading' | 'waiting'>;
      /** What is wrong and what to do; empty when nothing is. */
      readonly detail: string;
      /** Messages stored earlier and handled all the same. */
      readonly counts: DispositionCounts;
      readonly restMs: number;
    }
  /** The mailbox was deleted: its workflow ends. */
  | { readonly kind: 'gone' };

export interface RemovalOutcome {
  readonly removed: number;
  /** Still in the inbox, with the first reason; to be tried again after the next read. */
  readonly left: number;
  readonly reason: string | null;
}

export interface MailboxActivities {
  /**
   * Reads the inbox in batches (at most 50 messages or 64 MiB each, spec §11) until it is empty or ten seconds are over: stores what is new,
   * handles it in order of arrival, and removes what is handled.
   * Idempotent by (mailbox, protocol id): what is stored is not stored again, what has a disposition is not handled again.
   */
  readMailbox(input: { readonly mailboxId: number }): Promise<ReadOutcome>;
  /** Removes from the inbox what is handled and could not be removed when it was read. Idempotent: what is gone counts as removed. */
  removeHandled(input: { readonly mailboxId: number }): Promise<RemovalOutcome>;
}
