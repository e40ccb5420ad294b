import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { textsIn } from './secret-search.ts';

/** What Temporal keeps of the workflows of a namespace, by where a person would meet it. Payloads are decoded. */
export interface TemporalTexts {
  /** Events, as they are and as the JSON that the command line and the Web UI export. */
  readonly histories: readonly string[];
  /** Memo, search attributes, summary, pending activities with their last failures. */
  readonly descriptions: readonly string[];
  /** What running workflows answer: the current details of the Web UI, and each query of ours. */
  readonly answers: readonly string[];
}

export async function temporalTexts(
  { workflow }: Client,
  queriesOf: (workflowId: string) => readonly string[],
): Promise<TemporalTexts> {
  const texts = { histories: [] as string[], descriptions: [] as string[], answers: [] as string[] };
  for await (const execution of workflow.list()) {
    const handle = workflow.getHandle(execution.workflowId, execution.runId);
    const history = await handle.fetchHistory();
    texts.histories.push(...textsIn(history), JSON.stringify(historyToJSON(history)));
    const described = await handle.describe();
    texts.descriptions.push(...textsIn(execution.raw), ...textsIn(described.raw));
    if (described.status.name !== 'RUNNING') continue;
    for (const query of queriesOf(execution.workflowId)) texts.answers.push(...textsIn(await handle.query(query)));
  }
  return texts;
}
