import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCommitCutter } from '../support/commit-cutter.ts';
import { requires } from '../support/requires.ts';
import { bundleToFile } from '../support/worker-process.ts';
import { createScenario, scenarioTimeout } from './scenario.ts';

requires('dovecot')('a database connection lost at the COMMIT of', () => {
  let bundle: Awaited<ReturnType<typeof bundleToFile>>;
  beforeAll(async () => {
    bundle = await bundleToFile();
  });
  afterAll(() => bundle.remove());

  it.each([
    { step: 'a batch stored', statement: /^insert into "messages"/, cut: 'before', protocol: 'imap4' },
    { step: 'a batch stored', statement: /^insert into "messages"/, cut: 'after', protocol: 'pop3' },
    { step: 'the effects of a mail', statement: /^insert into "tickets"/, cut: 'before', protocol: 'pop3' },
    { step: 'the effects of a mail', statement: /^insert into "tickets"/, cut: 'after', protocol: 'imap4' },
  ] as const)(
    'F06: $step, $cut the server took it, changes nothing, by $protocol',
    { timeout: scenarioTimeout },
    async ({ statement, cut, protocol }) => {
      const scenario = await createScenario(protocol, bundle.path);
      const cutter = await startCommitCutter({ url: scenario.databaseUrl, statement, cut, occurrences: [1, 2] });
      try {
        scenario.start({ databaseUrl: cutter.url });
        await scenario.expectExactlyOnce();
        expect(cutter.cuts()).toBe(2);
      } finally {
        await scenario.close();
        await cutter.close();
      }
    },
  );
});
