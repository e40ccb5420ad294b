import { afterAll, beforeAll, it } from 'vitest';
import { createTestNamespace } from '../support/namespace.ts';
import { requires } from '../support/requires.ts';
import { startOwnTemporal, type OwnTemporal } from '../support/temporal.ts';
import { bundleToFile } from '../support/worker-process.ts';
import { createScenario, protocols, scenarioTimeout } from './scenario.ts';

requires('dovecot')('a Temporal server killed in mid-batch and started again', () => {
  let bundle: Awaited<ReturnType<typeof bundleToFile>>;
  let temporal: OwnTemporal;
  beforeAll(async () => {
    [bundle, temporal] = await Promise.all([bundleToFile(), startOwnTemporal()]);
  });
  afterAll(async () => {
    bundle.remove();
    await temporal.stop();
  });

  it.each(protocols)(
    'F08: finds the worker where it was, and all is done exactly once, by %s',
    { timeout: scenarioTimeout },
    async (protocol) => {
      const scenario = await createScenario(protocol, bundle.path, await createTestNamespace(temporal.address));
      try {
        const worker = scenario.start({ fault: { name: 'effects_committed:after', occurrence: 2, act: 'freeze' } });
        await worker.frozen;
        await temporal.restart();
        worker.thaw();
        await scenario.expectExactlyOnce();
      } finally {
        await scenario.close();
      }
    },
  );
});
