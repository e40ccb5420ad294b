import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import type { Logger } from 'pino';

const ofWorkflows = (file: string): string => fileURLToPath(new URL(`../../workflows/${file}`, import.meta.url));

/**
 * The workflows as one script for Temporal's sandbox. `traced`: with what makes spans of their steps. Throws when workflow code imports what the
 * sandbox cannot have.
 */
export const workflowBundle = async (
  logger: Pick<Logger, 'debug'>,
  { traced = false }: { readonly traced?: boolean } = {},
): Promise<WorkflowBundle> => {
  const quiet = (message: string): void => logger.debug(message);
  return bundleWorkflowCode({
    workflowsPath: ofWorkflows('index.ts'),
    workflowInterceptorModules: traced ? [ofWorkflows('shared/trace-interceptors.ts')] : [],
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
