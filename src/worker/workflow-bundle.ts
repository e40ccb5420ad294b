import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import type { Logger } from 'pino';

const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** The workflows as one script for Temporal's sandbox. Throws when workflow code imports what the sandbox cannot have. */
export const workflowBundle = async (logger: Pick<Logger, 'debug'>): Promise<WorkflowBundle> => {
  const quiet = (message: string): void => logger.debug(message);
  return bundleWorkflowCode({
    workflowsPath,
    logger: {
      log: (_level, message) => quiet(message),
      trace: quiet,
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: quiet,
    },
  });
};
