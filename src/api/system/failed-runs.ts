import type { Logger } from 'pino';
import { loggable } from '../../db/shared/errors.ts';
import type { MailboxControl } from '../http/ports.ts';

/** Runs of workflows that failed in the last 24 hours; null when Temporal does not tell, which the log says. */
export const countFailedRuns = async (
  control: Pick<MailboxControl, 'countFailedRuns'>,
  logger: Logger,
): Promise<number | null> => {
  try {
    return await control.countFailedRuns();
  } catch (error) {
    logger.warn(loggable(error), 'Temporal does not tell of failed workflows');
    return null;
  }
};
