import type { MailboxActivities } from '../../activities/mailboxes/mailbox.contract.ts';

/** A mailbox whose next read does not follow within this time is read by another worker, or not at all. */
const FORGOTTEN_AFTER_MS = 10_000;

/** Knows whether this worker is working through a backlog of mails: what can wait then steps back. */
export interface BacklogWatch {
  readonly isBeingRead: () => boolean;
  /** A mailbox that is being read holds more than has been read. */
  readonly note: (mailboxId: number) => void;
  /** The same activities, watched. */
  readonly watch: (activities: MailboxActivities) => MailboxActivities;
}

export function createBacklogWatch(): BacklogWatch {
  const lastFullBatch = new Map<number, number>();
  return {
    isBeingRead: () => [...lastFullBatch.values()].some((at) => Date.now() - at < FORGOTTEN_AFTER_MS),
    note: (mailboxId) => lastFullBatch.set(mailboxId, Date.now()),
    watch: (activities) => ({
      ...activities,
      async readMailbox(input) {
        const outcome = await activities.readMailbox(input);
        if (outcome.kind === 'read' && outcome.more) lastFullBatch.set(input.mailboxId, Date.now());
        else lastFullBatch.delete(input.mailboxId);
        return outcome;
      },
    }),
  };
}
