import { expect, it } from 'vitest';
import { choosePorts } from '../../../src/embedded/processes/ports.ts';
import { eventually, startTestAgent } from '../../support/agent.ts';
import { samplesOf } from '../../support/prometheus.ts';

it("serves the figures of Temporal's SDK where it is told to", async () => {
  const metricsAddress = `127.0.0.1:${(await choosePorts({})).postgres}`;
  const agent = await startTestAgent({ metricsAddress });
  try {
    const samples = await eventually('the workers poll', async () => {
      const found = samplesOf(await (await fetch(`http://${metricsAddress}/metrics`)).text());
      const polling = [...found].filter(([name]) => name.startsWith('temporal_num_pollers{'));
      return polling.some(([name, n]) => name.includes('task_queue="tsa-mail"') && n > 0) ? found : undefined;
    });
    expect([...samples.keys()].some((name) => name.startsWith('temporal_worker_task_slots_available{'))).toBe(true);
  } finally {
    await agent.stop();
  }
});
