import { workflowBundle } from '../src/worker/temporal/workflow-bundle.ts';

/** Workflow code that reaches for what the sandbox does not have fails here, not when a worker starts. */
const { code } = await workflowBundle({ debug: () => undefined });
console.log(`workflow bundle: ${String(Math.round(code.length / 1024))} KiB`);
