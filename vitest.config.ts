import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` needs nothing but Node; `servers` (files named *.server.test.ts) runs against the real
 * PostgreSQL, Temporal and Dovecot that test/support/global-setup.ts starts once.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.server.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'servers',
          include: ['test/**/*.server.test.ts'],
          globalSetup: ['./test/support/global-setup.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
