import { loggable } from '../../db/shared/errors.ts';
import type { Logger } from 'pino';
import type { MailboxControl } from '../http/ports.ts';

const RETRY_MS = 10_000;

/**
 * Tells a mailbox's workflow to look at its configuration, and never fails: what is saved is saved, so while Temporal is
 * away the request succeeds, and the workflow is told when Temporal is back. What is still untold when the process ends is
 * made good by the next start of a worker, which starts every mailbox's workflow.
 */
export const createWaker = (
  control: Pick<MailboxControl, 'wake'>,
  logger: Logger,
): ((mailboxId: number) => Promise<void>) => {
  const untold = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  const wake = async (mailboxId: number): Promise<void> => {
    try {
      await control.wake(mailboxId);
      untold.delete(mailboxId);
    } catch (error) {
      untold.add(mailboxId);
      logger.warn({ ...loggable(error), mailboxId, retryMs: RETRY_MS }, 'mailbox workflow not woken');
      timer ??= setTimeout(() => void retry(), RETRY_MS).unref();
    }
  };
  const retry = async (): Promise<void> => {
    timer = undefined;
    for (const mailboxId of [...untold]) await wake(mailboxId);
  };
  return wake;
};
