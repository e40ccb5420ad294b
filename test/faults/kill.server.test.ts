import { afterAll, beforeAll, describe, it } from 'vitest';
import { failpoints, type FailpointName } from '../../src/activities/shared/failpoint.ts';
import { requires } from '../support/requires.ts';
import { bundleToFile } from '../support/worker-process.ts';
import { createScenario, protocols, scenarioTimeout } from './scenario.ts';

/** The second batch is stored, or handled, when something is done already; the first activity follows no other. */
const occurrenceOf = (name: FailpointName): number =>
  /^(raw_stored|effects_committed):|^read_reported:after/.test(name) ? 2 : 1;

requires('dovecot')('a worker killed at', () => {
  let bundle: Awaited<ReturnType<typeof bundleToFile>>;
  beforeAll(async () => {
    bundle = await bundleToFile();
  });
  afterAll(() => bundle.remove());

  describe.concurrent.each(failpoints)('%s', { timeout: scenarioTimeout }, (name) => {
    it.each(protocols)(
      'F01, F02, F03, F04: makes the next one finish what it left, exactly once, by %s',
      async (protocol) => {
        const scenario = await createScenario(protocol, bundle.path);
        try {
          await scenario.start({ fault: { name, occurrence: occurrenceOf(name), act: 'kill' } }).killed;
          scenario.start();
          await scenario.expectExactlyOnce();
        } finally {
          await scenario.close();
        }
      },
    );
  });
});
